// Asking: sends questions, keeps what was typed until it is answered, stops, begins anew; the turns before the last.
import { showView } from "./articles.js";
import { box, find, language, say, words, write } from "./box.js";
import { server } from "./server.js";
import { settleSources } from "./sources.js";
import { address } from "./take.js";

let sent = null; // the question that is being answered: its text, its token, whether it stands in the conversation
export let editing = false;
let haltedAt = -Infinity; // when a question was stopped, which Gradio reports as a failure soon after
let dropped = null; // the timer that looks whether the server is still there

export const turns = () => [...document.querySelectorAll(".turn:not([hidden])")];
const current = () => find("#conversation .turn");

export function ask(question, replace = false) {
  if (sent || !question.trim()) return;
  const number = turns().length + (replace && current() ? 0 : 1);
  sent = { question, token: String(Date.now() + Math.random()), shown: false, shelved: replace ? [] : shelve() };
  document.body.classList.add("busy");
  say("");
  server.ask({ question, language: language(), replace, token: sent.token, number });
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
export function update() {
  const last = current();
  document.body.classList.toggle("talking", Boolean(last));
  if (sent && last?.dataset.token === sent.token) progress(last);
  settleSources();
  settleSuggested();
}

// Questions to go on with belong to the turn that they name.
export function settleSuggested() {
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
export function failed(reason = "failed") {
  const wasStopped = reason === "failed" && performance.now() - haltedAt < 2000;
  if (sent && !wasStopped) giveUp(reason);
}

function giveUp(reason) {
  const { question } = sent;
  rest();
  if (!box().value) write(question);
  say(words(reason));
}

// The server says why it cannot be asked.
export function refused() {
  const problem = find("#problem p");
  if (!sent || problem?.dataset.token !== sent.token) return;
  const { question } = sent;
  const wasEditing = editing;
  rest();
  say(problem.textContent);
  if (!box().value) write(question);
  if (wasEditing) startEditing();
  box().focus();
}

export function startEditing(question) {
  editing = true;
  if (question !== undefined) write(question);
  find("#editing").hidden = false;
  box().focus();
}

function leaveEditing() {
  editing = false;
  find("#editing").hidden = true;
}

export function cancelEditing() {
  leaveEditing();
  write("");
  box().focus();
}

export function halt() {
  haltedAt = performance.now();
  server.halt();
}

export function clear() {
  if (sent) haltedAt = performance.now();
  rest();
  for (const shelf of ["#past", "#past-sources"]) find(shelf).replaceChildren();
  server.anew();
  address({});
  box().focus();
}
