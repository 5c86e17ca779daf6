/* From a fault to its line in the text. Without script the link leads to the line in the listing below. */
"use strict";

(() => {
  const area = document.getElementById("text");
  if (!area) return;

  function select(number) {
    const lines = area.value.split("\n");
    const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
    area.focus();
    area.setSelectionRange(start, start + (lines[number - 1] || "").length);
    area.scrollTop = Math.max(0, (number - 6) * parseFloat(getComputedStyle(area).lineHeight));
    area.scrollLeft = 0;
    area.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (!link) return;
    event.preventDefault();
    select(Number(link.dataset.line));
  });

  // what is typed and not yet sent is not lost by leaving the page by accident
  let before = area.value;
  window.addEventListener("beforeunload", (event) => { if (area.value !== before) event.preventDefault(); });
  document.addEventListener("submit", () => { before = area.value; });
})();
