// The page: what a click, a key and an address lead to; it begins once all its parts are there. Texts come from the server.
import { closeArticle, openArticle, readArticle, showView, translateOptions, viewNames } from "./articles.js";
import { box, find, fit, kept, language, say, words, write } from "./box.js";
import { ask, cancelEditing, clear, editing, failed, halt, refused, settleSuggested, startEditing, turns, update } from "./chat.js";
import { closeFeedback, noted, openFeedback } from "./feedback.js";
import { reach } from "./server.js";
import { closeSources, followMarker, showSources } from "./sources.js";
import { absolute, address, copy, save, whole } from "./take.js";
import { takeAlong } from "./views.js";

const actions = {
  example: (button) => ask(button.textContent),
  stop: halt,
  copy: (button) => copy(button.closest(".turn").dataset.markdown, button),
  link: (button) => copy(absolute({ q: button.closest(".turn").dataset.question }), button),
  proof: (button) => save(button.closest(".turn").dataset.proof, "dealbrief-answer.json", "application/json"),
  html: (button) => save(button.closest(".turn").dataset.html, "dealbrief-answer.html", "text/html"),
  judge: openFeedback,
  "close-feedback": closeFeedback,
  retry: (button) => ask(button.closest(".turn").dataset.question, true),
  edit: (button) => startEditing(button.closest(".turn").dataset.question),
  "leave-editing": cancelEditing,
  sources: (button) => showSources(button.closest(".turn").dataset.turn, button),
  "close-sources": closeSources,
  save: () => save(whole(turns()), "dealbrief.md", "text/markdown"),
  print: () => print(),
  clear,
  read: (target) => openArticle(target.dataset),
  "link-article": (button) => copy(location.href, button),
  "link-view": (button) => copy(location.href, button),
  take: takeAlong,
};

function clicked(event) {
  const target = event.target.closest("[data-do], [data-card], [data-language], a[data-view]");
  const isLink = target?.tagName.toUpperCase() === "A"; // in a picture it is "a"
  if (!target || (isLink && (event.ctrlKey || event.metaKey || event.shiftKey))) return;
  if (isLink) event.preventDefault();
  if (target.dataset.card) followMarker(target);
  else if (target.dataset.language) choose(target.dataset.language);
  else if (target.dataset.view) go(target.dataset.view);
  else actions[target.dataset.do]?.(target);
}

function go(view) {
  const last = turns().at(-1);
  address(view === "ask" ? (last ? { q: last.dataset.question } : {}) : { view }, true);
  showView(view);
}

function choose(chosen) {
  document.documentElement.dataset.speaks = chosen;
  try {
    localStorage.setItem("dealbrief.language", chosen);
  } catch {
    // It is then forgotten with the page.
  }
  translate();
}

function translate() {
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", button.dataset.language === language());
  box().placeholder = words("placeholder");
  fit();
  translateOptions();
}

function pressed(event) {
  if (event.target.id !== "question") return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ask(box().value, editing);
  } else if (event.key === "Escape" && editing) {
    cancelEditing();
  }
}

// Shows what the address names. A question is asked only when the page opens.
function route(opening) {
  const wanted = new URLSearchParams(location.search);
  const view = wanted.get("view");
  const isKnown = !view || viewNames.includes(view);
  showView(isKnown && view ? view : "ask");
  if (!isKnown) say(words("unknown_view", { view }));
  if (wanted.has("article")) readArticle(Object.fromEntries(wanted));
  else closeArticle();
  if (opening && wanted.get("q")) ask(wanted.get("q"));
}

// Gradio puts the parts of the page there in an order of its own; the script begins when all are there.
function connect(given) {
  reach(given);
  const parts = ["#question", ".head", "#articles .filters", "#views .view", "#conversation", "#problem", "#sources", "#reader", "#suggested"];
  const begin = () => {
    if (!parts.every(find)) return;
    observer.disconnect();
    start();
  };
  const observer = new MutationObserver(begin);
  observer.observe(document.body, { childList: true, subtree: true });
  begin();
}

function start() {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
  find(".composer").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(box().value, editing);
  });
  box().addEventListener("input", fit);
  const watch = (selector, act) => new MutationObserver(act).observe(find(selector), { childList: true, subtree: true, attributes: true });
  watch("#conversation", update);
  watch("#problem", refused);
  watch("#suggested", settleSuggested);
  if (find("#noted")) watch("#noted", noted);
  addEventListener("popstate", () => route(false));
  write(kept());
  translate();
  if (matchMedia("(min-width: 60rem)").matches) box().focus({ preventScroll: true });
  route(true);
  document.body.classList.add("ready");
}

window.dealbrief = { connect, failed };
