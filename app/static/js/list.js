// Lists: columns and folded filters as the person left them, the page size for all lists.

import "./pop.js";
import { addPickers } from "./pickers.js";

const list = document.querySelector("[data-list]");
const key = `list.${list.dataset.person}.${list.dataset.list}`;
const kept = (() => {
  try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
})();

function keep(name, value) {
  kept[name] = value;
  try { localStorage.setItem(key, JSON.stringify(kept)); } catch { /* no storage: not remembered */ }
}

// ---------- counts of the views: asked for after the page is there ----------

const views = list.querySelector("[data-counts]");

async function count() {
  const answer = await fetch(views.dataset.counts, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const most = Number(views.dataset.most);
  for (const [name, number] of Object.entries(await answer.json())) {
    const badge = views.querySelector(`[data-view="${CSS.escape(name)}"] .badge`);
    if (!badge) continue;
    badge.textContent = number > most ? `${most.toLocaleString("en")}+` : number.toLocaleString("en");
    badge.classList.toggle("badge-alert", number > 0 && ["todo", "overdue"].includes(name));
    badge.hidden = false;
  }
}

if (views) count().catch(() => { /* the list stands without them */ });

// ---------- folded filters ----------

const fold = list.querySelector("[data-fold]");
const more = fold && document.getElementById(fold.dataset.fold);

function unfold(open) {
  more.hidden = !open;
  fold.setAttribute("aria-expanded", String(open));
}

if (fold) {
  unfold(!more.hidden || kept.open === true);
  fold.addEventListener("click", () => { unfold(more.hidden); keep("open", !more.hidden); });
}

// filters left empty stay out of the address
list.querySelector(".filters").addEventListener("submit", (event) => {
  for (const one of event.target.elements) if (one.name && !one.value) one.disabled = true;
});
addEventListener("pageshow", () => {
  for (const one of list.querySelectorAll(".filters [disabled]")) one.disabled = false;
});

// ---------- columns ----------

const boxes = [...list.querySelectorAll(".columns-pop input")];

// who has chosen columns sees just these, in a narrow window too
function showColumns() {
  list.querySelector("table")?.classList.toggle("own-columns", kept.hidden !== undefined);
  for (const box of boxes) {
    for (const cell of list.querySelectorAll(`table [data-column="${CSS.escape(box.dataset.column)}"]`)) cell.hidden = !box.checked;
  }
}

for (const box of boxes) {
  if ((kept.hidden ?? []).includes(box.dataset.column) && !box.disabled) box.checked = false;
  box.addEventListener("change", () => {
    keep("hidden", boxes.filter((one) => !one.checked).map((one) => one.dataset.column));
    showColumns();
  });
}
showColumns();

// ---------- chosen rows ----------

const chosen = document.getElementById("chosen");

list.addEventListener("ticked", (event) => {
  const number = event.detail.count;
  const words = chosen.querySelector("[data-words]");
  words.textContent = words.dataset.words.replace("{}", number);
  chosen.hidden = number === 0;
  list.querySelector("[data-unchosen]").hidden = number > 0;
  chosen.closest(".tools").classList.toggle("bulk", number > 0);
});

list.querySelector("[data-unchoose]")?.addEventListener("click", () => {
  const all = list.querySelector("[data-check-all]");
  all.checked = false;
  all.dispatchEvent(new Event("change", { bubbles: true }));
});

// ---------- page size ----------

list.querySelector("[data-list-size]")?.addEventListener("change", (event) => {
  document.cookie = `list_size=${event.target.value}; path=/; max-age=31536000; samesite=lax`;
}, true);

addPickers(list);
