"use strict";
// Shows the rows that hold every word that is typed, and the sections with such rows.
(function () {
  const form = document.querySelector("nav form");
  const input = form.querySelector("input");
  const count = form.querySelector("output");
  const rows = Array.from(document.querySelectorAll("tbody tr"));
  const texts = rows.map(function (row) {
    const section = row.closest("section");
    const name = section && section.dataset.name ? section.dataset.name + " " : "";
    return (name + row.textContent).toLowerCase();
  });
  const sections = Array.from(document.querySelectorAll("section"));
  function search() {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    rows.forEach(function (row, index) {
      row.hidden = !words.every(function (word) { return texts[index].includes(word); });
      found += row.hidden ? 0 : 1;
    });
    sections.forEach(function (section) {
      section.hidden = words.length > 0 && !section.querySelector("tbody tr:not([hidden])");
    });
    count.textContent = words.length ? found + " rows" : "";
  }
  form.hidden = false;
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  input.addEventListener("input", search);
  if (input.value) { search(); }
})();
