// Only what makes work quicker; every page works without it.
"use strict";
document.addEventListener("keydown", (event) => {
  const inField = event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
  if (event.key === "Escape" && inField) { event.target.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || inField) return;
  // `/` goes to the search; a letter to whatever says data-key="…" on the page, and then to what data-then names.
  if (event.key === "/") { document.getElementById("search")?.focus(); event.preventDefault(); return; }
  const target = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.matches("input:not([type=radio], [type=checkbox]), textarea, select") ? target.focus() : target.click();
  if (target.dataset.then) document.getElementById(target.dataset.then)?.focus();
});
