"use strict";
// Tables can be sorted by each column; without this script they are complete all the same.
document.documentElement.classList.add("js");
(() => {
  const words = new Intl.Collator(undefined, { numeric: true });
  const text = (row, i) => row.cells[i].textContent;
  const count = (row, i) => Number(text(row, i).replace(/\D/g, ""));
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, i) => {
      const numbers = head.classList.contains("n");
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.ariaSort === "ascending" || (numbers && head.ariaSort !== "descending");
        for (const other of heads) other.removeAttribute("aria-sort");
        head.ariaSort = down ? "descending" : "ascending";
        const key = numbers ? count : text;
        const keyed = [...table.tBodies[0].rows].map((row) => [key(row, i), row]);
        const compare = numbers ? (a, b) => a[0] - b[0] : (a, b) => words.compare(a[0], b[0]);
        keyed.sort(down ? (a, b) => compare(b, a) : compare);
        table.tBodies[0].append(...keyed.map((k) => k[1]));
      });
    });
  }
})();
