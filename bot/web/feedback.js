// Feedback on an answer: a window that says what is kept before anything is sent.
import { noteFrom } from "./server.js";
import { closeBeside, find, say } from "./box.js";

let about = null; // the turn and the thumb that were chosen

export function openFeedback(button) {
  about = { token: button.closest(".turn").dataset.token, verdict: button.dataset.verdict };
  const window = find("#feedback");
  const form = window.querySelector("form");
  form.reset();
  form.querySelector(".reasons").hidden = about.verdict === "up";
  form.onsubmit = () => noteFrom({ ...about, ...Object.fromEntries(new FormData(form)) });
  closeBeside(window);
  window.showModal();
}

// What came of it.
export function noted() {
  const given = find("#noted p");
  if (given) say(given.textContent, given.className === "alert");
}

export const closeFeedback = () => find("#feedback").close();
