// Markers and the cards that they lead to: a preview on hover or focus, the card on click, and the way back.
import { find } from "./box.js";

let cameFrom = null; // the marker or button that opened the panel
let group = null; // the turn whose sources are shown; null is the last one
let count = 0;

// After an update: a new turn's sources take the place of those shown.
export function settleSources() {
  const groups = [...document.querySelectorAll("#beside .group:not([hidden])")];
  if (groups.length !== count) group = null;
  count = groups.length;
  const shown = groups.find((section) => section.dataset.group === group) ?? groups.at(-1);
  for (const section of groups) section.classList.toggle("shown", section === shown);
}

export function showSources(turn, opener) {
  group = turn;
  cameFrom = opener;
  settleSources();
  document.body.classList.add("sources-open");
  find("#beside .group.shown .card")?.focus();
}

export function followMarker(marker) {
  hidePreview();
  showSources(marker.closest(".turn").dataset.turn, marker);
  const card = document.getElementById(marker.dataset.card);
  for (const other of document.querySelectorAll(".card.active")) other.classList.remove("active");
  card.classList.add("active");
  card.focus({ preventScroll: true });
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  card.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
}

export function closeSources() {
  document.body.classList.remove("sources-open");
  if (cameFrom?.isConnected) cameFrom.focus();
  cameFrom = null;
}

const preview = () => find("#preview");
let leaving = null;

// What is shown of a card is its name and quote, of a row of a timeline its date, quote and source.
function shownOf(marker) {
  const parts = { card: ["h3", "blockquote"], row: ["time", ".statement", ".byline"] };
  const kind = marker.dataset.card ? "card" : "row";
  const place = document.getElementById(marker.dataset[kind]);
  return place ? parts[kind].map((part) => place.querySelector(part).cloneNode(true)) : [];
}

function showPreview(marker) {
  const parts = shownOf(marker);
  if (!parts.length) return;
  clearTimeout(leaving);
  const box = preview();
  box.replaceChildren(...parts);
  for (const named of box.querySelectorAll("[id]")) named.removeAttribute("id");
  box.hidden = false;
  const at = marker.getBoundingClientRect();
  const below = at.bottom + 8 + box.offsetHeight < innerHeight;
  box.style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - box.offsetWidth - 8))}px`;
  box.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - 8 - box.offsetHeight)}px`;
  marker.setAttribute("aria-describedby", "preview");
}

function hidePreview() {
  clearTimeout(leaving);
  if (preview()) preview().hidden = true;
  document.querySelector("[aria-describedby=preview]")?.removeAttribute("aria-describedby");
}

const markerOf = (event) => event.target.closest?.(".marker, .spot");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  if (markerOf(event)) showPreview(markerOf(event));
  else if (event.target.closest?.("#preview")) clearTimeout(leaving);
  else if (preview() && !preview().hidden) leaving = setTimeout(hidePreview, 200);
});
document.addEventListener("focusin", (event) => {
  if (markerOf(event)?.matches(":focus-visible")) showPreview(markerOf(event));
  else hidePreview();
});
// What the keys have reached keeps its preview, also where reaching it made the page scroll.
document.addEventListener("scroll", () => {
  const at = markerOf({ target: document.activeElement });
  if (at?.matches(":focus-visible") && !preview().hidden) showPreview(at);
  else hidePreview();
}, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || find("#reader")?.open) return;
  if (!preview().hidden) hidePreview();
  else if (cameFrom) closeSources();
});
