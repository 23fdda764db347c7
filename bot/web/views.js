// The views of the briefings: their forms, what the server makes of them, the picture's keys, and files to take along.
import { takeFrom, viewFrom } from "./server.js";
import { fill, fillIn, filled, find, words } from "./box.js";
import { address, save } from "./take.js";

const TYPES = { md: "text/markdown", html: "text/html", json: "application/json", csv: "text/csv", ics: "text/calendar", svg: "image/svg+xml" };
let latest = 0; // counts what was asked for, so that a late reply does not take the place of a newer one

const frame = (view) => find(`.view[data-of="${view}"]`);

export async function showBriefing(view) {
  const form = frame(view).querySelector("form");
  fillIn(form);
  form.onsubmit = (event) => {
    event.preventDefault();
    const { length, ...given } = filled(form);
    address({ view, ...given, ...(length && length !== "page" ? { length } : {}) }, true);
    load(view);
  };
  await load(view);
}

async function load(view) {
  const number = ++latest;
  const made = frame(view).querySelector(".made");
  made.setAttribute("aria-busy", "true");
  made.innerHTML = `<p class="waiting"></p>`;
  made.firstChild.textContent = words("making");
  await fill(made, viewFrom({ view, ...filled(frame(view).querySelector("form")) }), () => number === latest);
  if (number !== latest) return;
  made.removeAttribute("aria-busy");
  for (const title of made.querySelectorAll(".spot > title")) title.remove(); // the preview says the same, at once
}

export async function takeAlong(button) {
  const view = button.closest(".view").dataset.of;
  const wanted = { view, form: button.dataset.form, ...filled(frame(view).querySelector("form")) };
  const { text, name } = (await takeFrom(wanted).catch(() => null)) ?? {};
  if (!text) button.textContent = words("view_failed");
  else save(text, name, TYPES[name.split(".").pop()]);
}

const spots = (spot) => [...spot.closest("svg").querySelectorAll(".spot")];
const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const spot = event.target.closest?.(".spot");
  if (!spot || !(event.key in steps || event.key === "Home" || event.key === "End")) return;
  event.preventDefault();
  const all = spots(spot);
  const at = event.key === "Home" ? 0 : event.key === "End" ? all.length - 1 : all.indexOf(spot) + steps[event.key];
  const next = all[Math.max(0, Math.min(at, all.length - 1))];
  spot.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
});
