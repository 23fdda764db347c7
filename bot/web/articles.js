// Reading: the window with a whole article, and the view of all articles.
import { addFrom, articleFrom, articlesFrom } from "./server.js";
import { closeBeside, fill, fillIn, filled, find, language } from "./box.js";
import { address } from "./take.js";
import { showBriefing } from "./views.js";

const briefings = ["brief", "timeline", "changes", "disputes"];
export const viewNames = ["ask", ...briefings, "articles"];
let before = null; // the address from which the article was opened
let typing = null;
let latest = 0; // counts what was asked for, so that a late reply does not take the place of a newer one

export async function openArticle({ article, start = "", end = "", digest = "" }) {
  before = location.search;
  const span = start ? { start, end, digest: digest.slice(0, 19) } : {};
  address({ article, ...span }, true);
  await readArticle({ article, ...span });
}

export async function readArticle({ article, start, end, digest }) {
  await fill(find("#reading"), articleFrom({ id: article, start, end, digest }));
  const reader = find("#reader");
  if (!reader.open) reader.showModal();
  reader.onclose = closed;
  closeBeside(reader);
  find("#reading").scrollTop = 0;
  const mark = find("#reading mark");
  if (mark) mark.tabIndex = -1;
  (mark ?? find("#reading")).focus({ preventScroll: true });
  mark?.scrollIntoView({ block: "center" });
  for (const note of document.querySelectorAll("#reading [data-note]")) note.onclick = toNote;
}

function toNote(event) {
  event.preventDefault();
  const line = find(`#note-${event.currentTarget.dataset.note}`);
  line.scrollIntoView({ block: "center" });
  line.focus({ preventScroll: true });
}

function closed() {
  const view = new URLSearchParams(before ?? "").has("article") ? "" : before ?? "";
  if (new URLSearchParams(location.search).has("article")) history.replaceState({}, "", view || location.pathname);
  before = null;
}

export function closeArticle() {
  if (find("#reader")?.open) find("#reader").close();
}

export function showView(view) {
  clearTimeout(typing);
  document.body.dataset.view = view;
  for (const way of document.querySelectorAll("nav [data-view]")) {
    if (way.dataset.view === view) way.setAttribute("aria-current", "page");
    else way.removeAttribute("aria-current");
  }
  find("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  if (briefings.includes(view)) showBriefing(view);
  if (view !== "articles") return;
  const form = find("#articles .filters");
  fillIn(form);
  form.oninput = () => {
    clearTimeout(typing);
    typing = setTimeout(filter, 150);
  };
  form.onsubmit = (event) => {
    event.preventDefault();
    filter();
  };
  if (find(".adding")) find(".adding").onsubmit = add;
  list();
}

// What was typed stays in the form until something was added.
async function add(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  button.disabled = true;
  await fill(find("#added"), addFrom(filled(form)));
  button.disabled = false;
  if (!find("#added .alert")) form.reset();
  list();
}

const wanted = () => filled(find("#articles .filters"));

function filter() {
  address({ view: "articles", ...wanted() });
  list();
}

async function list() {
  const number = ++latest;
  await fill(find("#listing"), articlesFrom(wanted()), () => number === latest);
}

export function translateOptions() {
  for (const option of document.querySelectorAll("option[data-en]")) option.textContent = option.dataset[language()];
  const { view } = document.body.dataset;
  if (view === "articles") list();
  else if (briefings.includes(view)) showBriefing(view);
}
