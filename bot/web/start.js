// Runs before the first paint: the language that was chosen last, else the first of the browser's that there is.
(() => {
  const known = ["en", "de"];
  let chosen = null;
  try {
    chosen = localStorage.getItem("dealbrief.language");
  } catch {
    // Storage may be switched off; then the browser's language counts.
  }
  const preferred = navigator.languages.map((name) => name.slice(0, 2)).find((name) => known.includes(name));
  const page = document.documentElement;
  page.dataset.speaks = known.includes(chosen) ? chosen : preferred || "en";
  // Gradio names the browser's language there once it has started; the page's own is the one chosen.
  const settle = () => {
    if (page.lang !== page.dataset.speaks) page.lang = page.dataset.speaks;
  };
  new MutationObserver(settle).observe(page, { attributes: true, attributeFilter: ["lang", "data-speaks"] });
  settle();
})();
