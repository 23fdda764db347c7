// The chat: sends questions, keeps what was typed until it is answered, copies and saves. Texts come from the server.
import { closeArticle, openArticle, readArticle, showView, translateOptions, viewNames } from "./articles.js";
import { closeSources, followMarker, settleSources, showSources } from "./sources.js";

const find = (selector) => document.querySelector(selector);
const language = () => document.documentElement.lang;
const words = (key, values = {}) => {
  const texts = JSON.parse(find(".head").dataset.words)[language()];
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
};

let server = null;
let sent = null; // the question that is being answered: its text, its token, whether it stands in the conversation
let editing = false;
let dropped = null; // the timer that looks whether the server is still there

const box = () => find("#question");
const turns = () => [...document.querySelectorAll(".turn")];

function ask(question, replace = false) {
  if (sent || !question.trim()) return;
  sent = { question, token: String(Date.now() + Math.random()), shown: false };
  document.body.classList.add("busy");
  say("");
  server.ask({ question, language: language(), replace, token: sent.token });
  dropped = setInterval(lookForServer, 5000);
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

// The server sent something: the question appeared, a statement came, or the turn is done.
function update() {
  const last = turns().at(-1);
  document.body.classList.toggle("talking", Boolean(last));
  settleSources();
  if (!sent || !last) return;
  if (last.dataset.token !== sent.token) return;
  if (!sent.shown) {
    sent.shown = true;
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
  const count = turn.querySelectorAll(".marker").length;
  const lead = turn.dataset.kind === "refusal" ? words("announced_refusal") : count ? words("announced", { count }) : "";
  const said = [...turn.querySelectorAll(".quote, .message, .reply")].map((part) => part.textContent).join(" ");
  find("#announcer").textContent = `${lead} ${said}`;
}

function rest() {
  clearInterval(dropped);
  sent = null;
  leaveEditing();
  document.body.classList.remove("busy");
}

// The answer did not come; what was typed goes back into the box.
function failed(reason = "failed") {
  if (!sent) return;
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

function say(text) {
  let place = find("#said");
  if (!place) {
    place = document.createElement("p");
    place.id = "said";
    place.setAttribute("role", "alert");
    find(".composer").prepend(place);
  }
  place.textContent = text;
  if (!text) place.remove();
}

function write(text) {
  box().value = text;
  fit();
}

function fit() {
  const area = box();
  const limit = Number(area.dataset.limit);
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, innerHeight / 3)}px`;
  const length = area.value.length;
  find("#length").textContent = length > limit * 0.9 ? words("too_long", { length: length.toLocaleString(language()), limit: limit.toLocaleString(language()) }) : "";
  find("#length").classList.toggle("over", length > limit);
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

// Changes the address to one that shows this again; the rest of it goes.
export function address(parameters, push = false) {
  const query = new URLSearchParams(parameters).toString();
  history[push ? "pushState" : "replaceState"]({}, "", query ? `?${query}` : location.pathname);
}

export function absolute(parameters) {
  return `${location.origin}${location.pathname}?${new URLSearchParams(parameters)}`;
}

export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const before = button.innerHTML;
  button.style.minWidth = `${button.offsetWidth}px`;
  button.textContent = words("copied");
  find("#announcer").textContent = words("copied");
  setTimeout(() => (button.innerHTML = before), 1500);
}

function save(text, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function whole() {
  const heading = (turn) => `## ${turn.dataset.question.replace(/\s+/g, " ").replace(/([\\`*_{}[\]<>#|~$])/g, "\\$1")}`;
  // Footnotes of a file share one name space, so each turn's get the turn's number in front.
  const numbered = (turn) => turn.dataset.markdown.replace(/\[\^(\d+)\]/g, `[^${turn.dataset.turn}-$1]`);
  return turns().filter((turn) => turn.dataset.markdown).map((turn) => `${heading(turn)}\n\n${numbered(turn)}\n`).join("\n");
}

const actions = {
  example: (button) => ask(button.textContent),
  stop: () => server.halt(),
  copy: (button) => copy(button.closest(".turn").dataset.markdown, button),
  link: (button) => copy(absolute({ q: button.closest(".turn").dataset.question }), button),
  proof: (button) => save(button.closest(".turn").dataset.proof, "dealbrief-answer.json", "application/json"),
  retry: (button) => ask(button.closest(".turn").dataset.question, true),
  edit: (button) => startEditing(button.closest(".turn").dataset.question),
  sources: (button) => showSources(button.closest(".turn").dataset.turn, button),
  "close-sources": closeSources,
  save: () => save(whole(), "dealbrief.md", "text/markdown"),
  print: () => print(),
  clear: () => {
    rest();
    server.anew();
    address({});
    box().focus();
  },
  read: (target) => openArticle(target.dataset),
  "link-article": (button) => copy(location.href, button),
};

function clicked(event) {
  const target = event.target.closest("[data-do], [data-card], [data-language], [data-view]");
  if (!target || (target.tagName === "A" && (event.ctrlKey || event.metaKey || event.shiftKey))) return;
  if (target.tagName === "A") event.preventDefault();
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
  document.documentElement.lang = chosen;
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
    write(wanted.get("q"));
    ask(wanted.get("q"));
  }
}

// Gradio puts the parts of the page there in an order of its own; the script begins when all are there.
function connect(given) {
  server = given;
  const parts = ["#question", ".head", ".filters", "#conversation", "#problem", "#sources", "#reader"];
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
  addEventListener("popstate", () => route(false));
  translate();
  if (matchMedia("(min-width: 60rem)").matches) box().focus({ preventScroll: true });
  route(true);
  document.body.classList.add("ready");
}

export const articleFrom = (data) => server.article({ ...data, language: language() });
export const articlesFrom = (data) => server.articles({ ...data, ui: language() });

window.dealbrief = { connect, failed };
