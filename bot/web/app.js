// The chat: sends questions, keeps what was typed until it is answered, copies and saves. Texts come from the server.
import { closeArticle, openArticle, readArticle, showView, translateOptions, viewNames } from "./articles.js";
import { box, find, fit, kept, language, say, words, write } from "./box.js";
import { closeFeedback, openFeedback } from "./feedback.js";
import { closeSources, followMarker, settleSources, showSources } from "./sources.js";
import { absolute, address, copy, save, whole } from "./take.js";
import { takeAlong } from "./views.js";

let server = null;
let sent = null; // the question that is being answered: its text, its token, whether it stands in the conversation
let editing = false;
let haltedAt = -Infinity; // when a question was stopped, which Gradio reports as a failure soon after
let dropped = null; // the timer that looks whether the server is still there

const turns = () => [...document.querySelectorAll(".turn:not([hidden])")];
const current = () => find("#conversation .turn");

function ask(question, replace = false) {
  if (sent || !question.trim()) return;
  sent = { question, token: String(Date.now() + Math.random()), shown: false, shelved: replace ? [] : shelve() };
  document.body.classList.add("busy");
  say("");
  server.ask({ question, language: language(), replace, token: sent.token });
  dropped = setInterval(lookForServer, 3000);
  showView("ask");
}

async function lookForServer() {
  try {
    const response = await fetch("healthz", { cache: "no-store" });
    if (!response.ok) throw new Error(response.status);
  } catch {
    failed("lost");
  }
}

// The server sends the last turn only. The one before it is copied, unseen, until another takes its place.
function shelve() {
  const copied = [[current(), "#past"], [find("#sources .group"), "#past-sources"]].filter(([part]) => part);
  return copied.map(([part, shelf]) => {
    const copy = part.cloneNode(true);
    copy.hidden = true;
    for (const button of copy.querySelectorAll(".last")) button.remove();
    find(shelf).append(copy);
    return copy;
  });
}

// The server sent something: the question appeared, a statement came, or the turn is done.
function update() {
  const last = current();
  document.body.classList.toggle("talking", Boolean(last));
  if (sent && last?.dataset.token === sent.token) progress(last);
  settleSources();
  settleSuggested();
}

// Questions to go on with belong to the turn that they name.
function settleSuggested() {
  const suggested = find("#suggested [data-token]");
  const isOld = suggested?.dataset.token !== current()?.dataset.token;
  if (suggested && suggested.hidden !== isOld) suggested.hidden = isOld; // setting it anew would be seen as a change
}

function progress(last) {
  if (!sent.shown) {
    sent.shown = true;
    for (const copy of sent.shelved) copy.hidden = false;
    if (box().value === sent.question) write("");
    last.scrollIntoView({ block: "start" });
  }
  if (last.dataset.state !== "pending") finish(last);
}

function finish(turn) {
  const { question } = sent;
  rest();
  address({ q: question });
  if (turn.dataset.state !== "done") return;
  server.suggest(turn.dataset.token);
  const count = turn.querySelectorAll(".marker").length;
  const lead = turn.dataset.kind === "refusal" ? words("announced_refusal") : count ? words("announced", { count }) : "";
  const said = [...turn.querySelectorAll(".quote, .message, .reply")].map((part) => part.textContent).join(" ");
  find("#announcer").textContent = `${lead} ${said}`;
}

function rest() {
  clearInterval(dropped);
  // The turn before stands in its place again.
  if (current()?.dataset.token !== sent?.token) for (const copy of sent?.shelved ?? []) copy.remove();
  sent = null;
  leaveEditing();
  document.body.classList.remove("busy");
}

// The answer did not come; what was typed goes back into the box.
function failed(reason = "failed") {
  const wasStopped = reason === "failed" && performance.now() - haltedAt < 2000;
  if (sent && !wasStopped) giveUp(reason);
}

function giveUp(reason) {
  const { question } = sent;
  rest();
  if (!box().value) write(question);
  say(words(reason));
}

// The server says why it cannot be asked; its sentence stands in the page already.
function refused() {
  if (!sent || find("#problem .alert")?.dataset.token !== sent.token) return;
  const { question } = sent;
  const wasEditing = editing;
  rest();
  if (!box().value) write(question);
  if (wasEditing) startEditing();
  box().focus();
}

function startEditing(question) {
  editing = true;
  if (question !== undefined) write(question);
  find("#editing").textContent = words("editing");
  find("#editing").hidden = false;
  box().focus();
}

function leaveEditing() {
  editing = false;
  find("#editing").hidden = true;
}

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
  sources: (button) => showSources(button.closest(".turn").dataset.turn, button),
  "close-sources": closeSources,
  save: () => save(whole(turns()), "dealbrief.md", "text/markdown"),
  print: () => print(),
  clear: () => {
    if (sent) haltedAt = performance.now();
    rest();
    for (const shelf of ["#past", "#past-sources"]) find(shelf).replaceChildren();
    server.anew();
    address({});
    box().focus();
  },
  read: (target) => openArticle(target.dataset),
  "link-article": (button) => copy(location.href, button),
  "link-view": (button) => copy(location.href, button),
  take: takeAlong,
};

function halt() {
  haltedAt = performance.now();
  server.halt();
}

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
  if (editing) find("#editing").textContent = words("editing");
  fit();
  translateOptions();
}

function pressed(event) {
  if (event.target.id !== "question") return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ask(box().value, editing);
  } else if (event.key === "Escape" && editing) {
    leaveEditing();
    write("");
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
  if (opening && wanted.get("q")) {
    ask(wanted.get("q"));
  }
}

// Gradio puts the parts of the page there in an order of its own; the script begins when all are there.
function connect(given) {
  server = given;
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
  addEventListener("popstate", () => route(false));
  write(kept());
  translate();
  if (matchMedia("(min-width: 60rem)").matches) box().focus({ preventScroll: true });
  route(true);
  document.body.classList.add("ready");
}

export const articleFrom = (data) => server.article({ ...data, language: language() });
export const noteFrom = (data) => server.note({ ...data, language: language() });
export const viewFrom = (data) => server.view({ ...data, ui: language() });
export const takeFrom = (data) => server.take({ ...data, ui: language() });
export const articlesFrom = (data) => server.articles({ ...data, ui: language() });
export const addFrom = (data) => server.add({ ...data, ui: language() });

window.dealbrief = { connect, failed };
