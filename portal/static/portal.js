// Only what makes work quicker; every page works without it.
"use strict";
document.addEventListener("keydown", (event) => {
  const inField = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.ctrlKey || event.metaKey || event.altKey || inField) return;
  // `/` goes to the search; a letter to whatever says data-key="…" on the page.
  if (event.key === "/") { document.getElementById("search")?.focus(); event.preventDefault(); return; }
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.matches("input[type=text], textarea, select, input[type=number]") ? target.focus() : target.click();
});
