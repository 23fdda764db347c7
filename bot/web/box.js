// The box for the question and what the page says beside it; what was typed outlives a reload.
export const find = (selector) => document.querySelector(selector);
export const box = () => find("#question");
export const language = () => document.documentElement.dataset.speaks;
export const words = (key, values = {}) => {
  const texts = JSON.parse(find(".head").dataset.words)[language()];
  return texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
};

// What stands in a form, without what is empty; and the form as the address has it.
export const filled = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
export function fillIn(form) {
  const wanted = new URLSearchParams(location.search);
  for (const control of form.elements) {
    if (!control.name) continue;
    const value = wanted.get(control.name) ?? control.options?.[0].value ?? control.defaultValue;
    control.value = value;
    if (control.options && control.value !== value) control.add(new Option(value, value, false, true)); // an old link names what is gone
  }
}

// Puts what the server gives into its place, or the sentence that it did not come; nothing where it is no longer wanted.
export async function fill(place, given, isWanted = () => true) {
  const html = await given.catch(() => null);
  if (!isWanted()) return;
  if (typeof html === "string") {
    place.innerHTML = html;
    return;
  }
  place.innerHTML = `<p class="alert" role="alert"></p>`; // Gradio gives nothing where the line is lost
  place.firstChild.textContent = words("view_failed");
}

// A click beside a window closes it. A handler that gave false would also keep links and fields in it from working.
export function closeBeside(window) {
  window.onclick = (event) => {
    if (event.target === window) window.close();
  };
}

// What the page says stands right above the box, where it is seen wherever the page was scrolled to.
export function say(text, isWrong = true) {
  let place = find("#said");
  if (!place) {
    place = document.createElement("p");
    place.id = "said";
    find(".composer").prepend(place);
  }
  place.setAttribute("role", isWrong ? "alert" : "status");
  place.classList.toggle("fine", !isWrong);
  place.textContent = text;
  if (!text) place.remove();
}

export function write(text) {
  box().value = text;
  fit();
}

// What was typed outlives a reload, which Gradio itself does when a lost server is back.
function keep(text) {
  try {
    sessionStorage.setItem("dealbrief.draft", text);
  } catch {
    // It is then lost with the page.
  }
}

export function kept() {
  try {
    return sessionStorage.getItem("dealbrief.draft") ?? "";
  } catch {
    return "";
  }
}

export function fit() {
  const area = box();
  keep(area.value);
  const limit = Number(area.dataset.limit);
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, innerHeight / 3)}px`;
  const length = area.value.length;
  find("#length").textContent = length > limit * 0.9 ? words("too_long", { length: length.toLocaleString(language()), limit: limit.toLocaleString(language()) }) : "";
  find("#length").classList.toggle("over", length > limit);
}
