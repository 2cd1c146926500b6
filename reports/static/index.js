// The table of a batch: sorted by any column, filtered by words, agent, flag and state.

const table = document.getElementById("calls");
const shown = document.getElementById("shown");
const FILTERS = ["agent", "flag", "state"];

function plain(text) {
  return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

function filter(rows) {
  const words = plain(document.getElementById("filter-text").value).split(/\s+/).filter(Boolean);
  const wanted = FILTERS.map((name) => [name, document.getElementById(`filter-${name}`).value]).filter(([, value]) => value);
  let count = 0;
  for (const row of rows) {
    const text = plain(`${row.dataset.file} ${row.dataset.agent || ""} ${row.dataset.queue || ""}`);
    const fits = words.every((word) => text.includes(word)) && wanted.every(([name, value]) => (
      name === "flag" ? (row.dataset.flag || "").split(" ").includes(value) : row.dataset[name] === value));
    row.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = shown.dataset.text.replace("##", String(rows.length)).replace("#", String(count));
  document.getElementById("empty").hidden = count > 0;
}

// What has no value goes last whichever way the rest is sorted.
function sort(button) {
  const header = button.closest("th");
  const direction = header.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  for (const other of table.tHead.rows[0].cells) other.setAttribute("aria-sort", "none");
  header.setAttribute("aria-sort", direction > 0 ? "ascending" : "descending");
  const { sort: key, kind } = button.dataset;
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const [left, right] = [a.dataset[key] || "", b.dataset[key] || ""];
    if (!left || !right) return (left ? 0 : 1) - (right ? 0 : 1);
    const order = kind === "number" ? Number(left) - Number(right) : left.localeCompare(right, document.documentElement.lang, { numeric: true });
    return direction * order;
  });
  table.tBodies[0].append(...rows);
}

if (table) {
  const rows = [...table.tBodies[0].rows];
  const form = document.querySelector(".filters");
  for (const name of ["input", "change"]) form.addEventListener(name, () => filter(rows));
  form.addEventListener("reset", () => setTimeout(() => filter(rows)));
  form.addEventListener("submit", (event) => event.preventDefault());
  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) sort(button);
  });
}
