// Choosing a row by typing its code or name: a combobox with a list, by keyboard or mouse.

const WAIT = 180;
const list = Object.assign(document.createElement("ul"), { id: "lookup-list", className: "lookup-list", hidden: true });
list.setAttribute("role", "listbox");
document.body.append(list);
const none = document.getElementById("sheet") ? JSON.parse(document.getElementById("sheet").dataset.words).none : "—";

let field = null;
let active = -1;
let timer = 0;
let asked = 0;

const isLookup = (one) => one instanceof HTMLInputElement && "lookup" in one.dataset;

function prepare(one) {
  if (one.getAttribute("role") === "combobox") return;
  one.setAttribute("role", "combobox");
  one.setAttribute("aria-autocomplete", "list");
  one.setAttribute("aria-expanded", "false");
  one.setAttribute("aria-controls", list.id);
}

for (const one of document.querySelectorAll("input[data-lookup]")) prepare(one);

/** The value of the field that the row must belong to: of the same line, else of the sheet. */
function owner(one) {
  const name = one.dataset.within;
  if (!name) return "";
  const inRow = one.closest("tr")?.querySelector(`[name$="-${CSS.escape(name)}"]`);
  return (inRow ?? document.querySelector(`[name="${CSS.escape(name)}"]`))?.value.trim() ?? "";
}

async function search(one) {
  const number = ++asked;
  const query = new URLSearchParams({ q: one.value.trim() });
  const within = owner(one);
  if (within) query.set("within", within);
  try {
    const answer = await fetch(`${one.dataset.lookup}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || number !== asked || document.activeElement !== one) return;
    show(one, await answer.json());
  } catch {
    close();  // offline: what is typed is looked up when the sheet is saved
  }
}

function show(one, found) {
  field = one;
  list.replaceChildren(...found.map((each, at) => item(each, at)));
  if (!found.length) list.append(Object.assign(document.createElement("li"), { className: "none", textContent: none }));
  list.hidden = false;
  const box = one.getBoundingClientRect();
  list.style.minWidth = `${Math.max(box.width, 220)}px`;
  list.style.left = `${Math.min(box.left, innerWidth - list.offsetWidth - 8) + scrollX}px`;
  const below = innerHeight - box.bottom;
  const above = below < list.offsetHeight + 8 && box.top > list.offsetHeight + 8;
  list.style.top = `${(above ? box.top - list.offsetHeight - 2 : box.bottom + 2) + scrollY}px`;
  one.setAttribute("aria-expanded", "true");
  mark(found.length && one.value.trim() ? 0 : -1);
}

function item(each, at) {
  const row = Object.assign(document.createElement("li"), { id: `lookup-${at}` });
  row.setAttribute("role", "option");
  row.dataset.value = each.title ? `${each.key} ${each.title}` : each.key;
  for (const [kind, text] of [["key", each.key], ["name", each.title], ["detail", each.detail]]) {
    if (text) row.append(Object.assign(document.createElement("span"), { className: kind, textContent: text }));
  }
  return row;
}

function mark(at) {
  const rows = [...list.querySelectorAll("[role=option]")];
  active = rows.length ? at : -1;
  rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === active)));
  if (active >= 0) {
    field.setAttribute("aria-activedescendant", rows[active].id);
    rows[active].scrollIntoView({ block: "nearest" });
  } else field?.removeAttribute("aria-activedescendant");
}

function choose(row) {
  const one = field;
  one.value = row.dataset.value;
  close();
  for (const type of ["input", "change"]) one.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: "chosen" }));
}

function close() {
  clearTimeout(timer);
  asked += 1;
  list.hidden = true;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
  active = -1;
}

document.addEventListener("input", (event) => {
  if (!isLookup(event.target) || event.detail === "chosen") return;
  prepare(event.target);
  clearTimeout(timer);
  timer = setTimeout(() => search(event.target), WAIT);
});

document.addEventListener("focusin", (event) => {
  if (isLookup(event.target)) prepare(event.target);
});

document.addEventListener("click", (event) => {
  if (isLookup(event.target)) {
    if (list.hidden && !event.target.value.trim()) search(event.target);
  } else if (!list.contains(event.target)) close();
});

document.addEventListener("keydown", (event) => {
  const one = event.target;
  if (!isLookup(one) || event.isComposing) return;
  const rows = [...list.querySelectorAll("[role=option]")];
  const open = !list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (!open && one.closest("table") && (event.ctrlKey || event.key === "ArrowUp")) return;  // moves in the table
    event.preventDefault();
    if (!open) search(one);
    else if (rows.length) mark((active + (event.key === "ArrowDown" ? 1 : rows.length - 1) + (active < 0 && event.key === "ArrowUp" ? 1 : 0)) % rows.length);
  } else if (event.key === "Enter" && open && active >= 0) {
    event.preventDefault();
    choose(rows[active]);
  } else if (event.key === "Tab" && open) {
    if (active >= 0) choose(rows[active]);
    else close();
  } else if (event.key === "Escape" && open) {
    event.preventDefault();
    event.stopPropagation();
    close();
  }
}, true);

list.addEventListener("mousedown", (event) => {
  event.preventDefault();  // the field keeps the focus
  const row = event.target.closest("[role=option]");
  if (row) choose(row);
});

document.addEventListener("focusout", (event) => {
  if (isLookup(event.target)) clearTimeout(timer);  // what was about to be asked is no longer wanted
  if (event.target === field) close();
});
addEventListener("scroll", () => { if (!list.hidden) close(); }, { passive: true });
