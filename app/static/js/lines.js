// Line tables: keyed like a spreadsheet, pasted from Excel, with totals and always an empty row at the end.

import { separated, sum } from "./numbers.js";
import { addPickers } from "./pickers.js";

const CELLS = "input.form-control, select, textarea";

class Lines {
  constructor(table) {
    this.table = table;
    this.name = table.dataset.lines;
    this.body = table.tBodies[0];
    this.template = document.querySelector(`template[data-row="${CSS.escape(this.name)}"]`);
    this.columns = [...this.template.content.querySelectorAll(CELLS)].map((one) => one.name.split("-").pop());
    table.addEventListener("input", (event) => this.typed(event.target));
    table.addEventListener("change", () => this.total());
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("paste", (event) => this.paste(event));
    table.addEventListener("click", (event) => {
      if (event.target.closest("[data-delete-row]")) this.remove(event.target.closest("tr"));
    });
    this.renumber();
    this.total();
  }

  get rows() { return [...this.body.rows]; }
  cells(row) { return [...row.querySelectorAll(CELLS)]; }
  isEmpty(row) { return this.cells(row).every((one) => !one.value.trim()); }

  typed(cell) {
    const row = cell.closest("tr");
    if (row?.classList.contains("new") && !this.isEmpty(row)) this.settle(row);
    this.total();
  }

  /** The empty row at the end becomes a row of its own, and another empty one follows. */
  settle(row) {
    row.classList.remove("new");
    for (const one of this.cells(row)) one.removeAttribute("placeholder");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link btn-xs" });
    button.dataset.deleteRow = "";
    button.textContent = this.table.dataset.remove;
    row.cells[row.cells.length - 1].replaceChildren(button);
    this.append();
  }

  append() {
    this.body.append(this.template.content.cloneNode(true));
    addPickers(this.body);
    this.renumber();
    return this.body.lastElementChild;
  }

  remove(row) {
    const at = row.sectionRowIndex;
    if (row.classList.contains("new")) return;
    row.remove();
    this.renumber();
    this.changed();
    (this.cells(this.rows[Math.min(at, this.rows.length - 1)])[0])?.focus();
  }

  renumber() {
    this.rows.forEach((row, at) => {
      row.cells[0].textContent = at + 1;
      this.cells(row).forEach((cell, column) => {
        const name = this.columns[column];
        cell.name = `${this.name}-${at}-${name}`;
        cell.id = `f-${this.name}-${at}-${name}`;
        cell.setAttribute("aria-label", `${this.table.dataset.cell.replace("{}", at + 1)} ${cell.closest("td").dataset.label}`);
      });
      row.querySelector("[data-delete-row]")?.setAttribute("aria-label", this.table.dataset.delete.replace("{}", at + 1));
    });
  }

  changed() {
    this.total();
    this.table.dispatchEvent(new Event("input", { bubbles: true }));
    const form = this.table.closest("form");
    if (form && "guard" in form.dataset) form.dataset.guard = "changed";
  }

  // ---------- keys ----------

  key(event) {
    const cell = event.target;
    if (!cell.matches(CELLS) || event.isComposing || event.defaultPrevented) return;
    const row = cell.closest("tr");
    const column = this.cells(row).indexOf(cell);
    if (event.key === "Delete" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.remove(row);
    } else if (event.key === "Enter" && !event.altKey) {
      event.preventDefault();
      this.go(row.sectionRowIndex + (event.shiftKey ? -1 : 1), column);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && cell.tagName === "INPUT" && cell.getAttribute("aria-expanded") !== "true") {
      if ("lookup" in cell.dataset && event.key === "ArrowDown" && !event.ctrlKey) return;  // opens its list
      event.preventDefault();
      this.go(row.sectionRowIndex + (event.key === "ArrowDown" ? 1 : -1), column);
    }
  }

  go(at, column) {
    const row = this.rows[at];
    if (!row) return;
    const cell = this.cells(row)[column];
    cell?.focus();
    if (cell?.tagName === "INPUT") cell.select();
  }

  // ---------- paste from Excel ----------

  paste(event) {
    const cell = event.target;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell.matches(CELLS) || !/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    const grid = parse(text);
    const first = cell.closest("tr").sectionRowIndex;
    const left = this.cells(cell.closest("tr")).indexOf(cell);
    grid.forEach((values, down) => {
      const row = this.rows[first + down] ?? this.append();
      const cells = this.cells(row);
      values.forEach((value, right) => { if (cells[left + right]) put(cells[left + right], value.trim()); });
      if (row.classList.contains("new") && !this.isEmpty(row)) this.settle(row);
    });
    this.changed();
    this.go(first + grid.length - 1, left);
    announce(this.table.dataset.many.replace("{}", grid.length));
  }

  // ---------- totals ----------

  total() {
    const kept = this.rows.filter((row) => !this.isEmpty(row));
    const count = this.table.querySelector("[data-count-cell]");
    if (count) count.textContent = this.table.dataset.count.replace("{}", kept.length);
    for (const foot of this.table.querySelectorAll("[data-total]")) {
      const column = this.columns.indexOf(foot.dataset.total);
      if (column < 0) continue;
      const total = sum(kept.map((row) => this.cells(row)[column].value));
      foot.textContent = total ?? this.table.dataset.faulty;
      foot.classList.toggle("muted", total === null);
    }
  }
}

/** Cells copied from a spreadsheet: tabs and lines, texts with breaks in quotes. */
function parse(text) {
  const rows = [[""]];
  let quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const row = rows[rows.length - 1];
    const sign = source[at];
    if (sign === '"' && (quoted || row[row.length - 1] === "")) {
      if (quoted && source[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; } else quoted = !quoted;
    } else if (sign === "\t" && !quoted) row.push("");
    else if (sign === "\n" && !quoted) rows.push([""]);
    else row[row.length - 1] += sign;
  }
  return rows;
}

function put(cell, value) {
  if (cell.tagName === "SELECT") {
    const option = [...cell.options].find((one) => one.textContent.trim() === value || one.value === value);
    cell.value = option ? option.value : "";
  } else cell.value = "number" in cell.dataset ? separated(value) : value;
}

function announce(text) {
  let status = document.getElementById("lines-status");
  if (!status) {
    status = Object.assign(document.createElement("div"), { id: "lines-status", className: "sr-only" });
    status.setAttribute("role", "status");
    document.body.append(status);
  }
  status.textContent = text;
}

const tables = new Map([...document.querySelectorAll("table[data-lines]")].map((table) => [table.dataset.lines, new Lines(table)]));

document.addEventListener("click", (event) => {
  const lines = tables.get(event.target.closest("[data-add-row]")?.dataset.addRow);
  if (!lines) return;
  let last = lines.rows[lines.rows.length - 1];
  if (!last.classList.contains("new")) last = lines.append();
  lines.cells(last)[0]?.focus();
});
