// What can be taken along: addresses, copies and files.
import { find, words } from "./box.js";

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

export function save(text, name, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

export function whole(turns) {
  const heading = (turn) => `## ${turn.dataset.question.replace(/\s+/g, " ").replace(/([\\`*_{}[\]<>#|~$])/g, "\\$1")}`;
  // Footnotes of a file share one name space, so each turn's get the turn's number in front.
  const numbered = (turn) => turn.dataset.markdown.replace(/\[\^(\d+)\]/g, `[^${turn.dataset.turn}-$1]`);
  return turns.filter((turn) => turn.dataset.markdown).map((turn) => `${heading(turn)}\n\n${numbered(turn)}\n`).join("\n");
}
