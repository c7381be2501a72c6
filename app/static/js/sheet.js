// A sheet while it is filled in: what is required, what is wrong, dates, files, and the way from field to field.

import { verify } from "./checks.js";
import { isNumber, separated } from "./numbers.js";
import { addPickers } from "./pickers.js";

const sheet = document.getElementById("sheet");
const words = JSON.parse(sheet.dataset.words);
const say = (name, ...values) => values.reduce((text, value) => text.replace("{}", value), words[name] ?? "");

// ---------- values and conditions ----------

function valueOf(name) {
  const found = [...sheet.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  if (found[0]?.type === "radio") return found.find((one) => one.checked)?.value ?? "";
  if (found[0]?.type === "checkbox") return found.filter((one) => one.checked).map((one) => one.value);
  return found[0]?.value.trim() ?? "";
}

function holds(condition) {
  if (condition.all) return condition.all.every(holds);
  if (condition.any) return condition.any.some(holds);
  const value = valueOf(condition.field);
  const given = Array.isArray(value) ? value : [value].filter(Boolean);
  const wanted = (condition.values ?? []).map((one) => (one === true ? "1" : one === false ? "0" : String(one)));
  const found = wanted.length ? given.some((one) => wanted.includes(one)) : given.length > 0 && given[0] !== "0";
  return found !== Boolean(condition.not);
}

function markRequired() {
  for (const label of sheet.querySelectorAll("[data-required-when]")) {
    const needed = holds(JSON.parse(label.dataset.requiredWhen));
    label.classList.toggle("req", needed);
    const field = label.htmlFor ? document.getElementById(label.htmlFor) : null;
    field?.setAttribute("aria-required", String(needed));
  }
}

// ---------- faults at the field ----------

const place = (field) => field.closest("td, .form-group");

function complain(field, message) {
  const at = place(field);
  if (!at) return;
  at.querySelectorAll(".error-text").forEach((one) => one.remove());
  at.classList.toggle("has-error", Boolean(message));
  if (!message) {
    field.removeAttribute("aria-invalid");
    return;
  }
  field.setAttribute("aria-invalid", "true");
  const text = Object.assign(document.createElement("span"), { className: "error-text", id: `${field.id}-err`, textContent: message });
  field.setAttribute("aria-describedby", text.id);
  (at.querySelector(".field") ?? at).append(text);
}

/** What is wrong with a field, seen while it is typed (`leaving` false) or when it is left. */
function faultOf(field, leaving) {
  const text = field.value.trim();
  if (!text) return leaving && field.getAttribute("aria-required") === "true" ? say("required") : "";
  if (field.dataset.check) {
    const right = verify(field.dataset.check, text);
    if (right === false || (leaving && right === null)) return say(field.dataset.check);
  }
  if (field.dataset.most && text.length > Number(field.dataset.most)) return say("too_long", field.dataset.most, text.length);
  if (leaving && "number" in field.dataset && !isNumber(text)) return say("number");
  return "";
}

sheet.addEventListener("input", (event) => {
  const field = event.target;
  markRequired();
  if (!field.name) return;
  if (field.type === "radio" || field.type === "checkbox") {
    complain(field, "");
    showClear(field);
  } else if (field.type !== "file") complain(field, faultOf(field, false));
});

sheet.addEventListener("focusout", (event) => {
  const field = event.target;
  if (!field.matches("input.form-control, textarea, select") || !field.dataset.touched) return;
  if (place(field)?.classList.contains("has-error") && !field.value.trim()) return;
  complain(field, faultOf(field, true));
  if ("number" in field.dataset) field.value = separated(field.value);
});
sheet.addEventListener("input", (event) => { event.target.dataset.touched = "yes"; });

// ---------- from the summary to the field, and from field to field ----------

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-summary] a[href^='#']");
  if (link) jump(link.getAttribute("href").slice(1), event);
});

function jump(id, event) {
  const target = document.getElementById(id);
  if (!target) return;
  event?.preventDefault();
  const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea") ?? target;
  field.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

sheet.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    document.querySelector('[form="sheet"][value="save"]')?.click();
  }
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || field.closest("table")) return;
  if (!field.matches("input:not([type=file]), select")) return;
  event.preventDefault();  // Enter goes on to the next field; it never sends a half-filled sheet
  const fields = [...sheet.querySelectorAll("input.form-control, select, textarea, input[type=radio]:checked, input[type=checkbox]")];
  fields[fields.indexOf(field) + 1]?.focus();
});

// ---------- choices that may be taken back ----------

function showClear(field) {
  const button = field.closest(".choices")?.querySelector("[data-clear]");
  if (button) button.hidden = !valueOf(button.dataset.clear);
}

for (const button of sheet.querySelectorAll("[data-clear]")) {
  button.hidden = !valueOf(button.dataset.clear);
  button.addEventListener("click", () => {
    const boxes = button.closest(".choices").querySelectorAll("input");
    for (const one of boxes) one.checked = false;
    boxes[0].dispatchEvent(new Event("input", { bubbles: true }));
    boxes[0].focus();
  });
}

// ---------- register changes: what the chosen record holds now ----------

const record = sheet.dataset.present && sheet.elements[sheet.dataset.record];

async function showPresent() {
  for (const one of sheet.querySelectorAll(".present")) one.remove();
  const key = record.value.trim();
  if (!key) return;
  const answer = await fetch(`${sheet.dataset.present}?${new URLSearchParams({ record: key })}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || record.value.trim() !== key) return;
  for (const [name, text] of Object.entries(await answer.json())) {
    const at = document.getElementById(`f-${name}`)?.closest(".field");
    if (at && text) at.append(Object.assign(document.createElement("span"), { className: "help-block present", textContent: say("present", text) }));
  }
}

if (record) {
  record.addEventListener("change", () => showPresent().catch(() => { /* the sheet works without */ }));
  showPresent().catch(() => { /* the sheet works without */ });
}

// ---------- files ----------

const files = document.getElementById("f-attachment");
files?.addEventListener("change", () => {
  const chosen = [...files.files];
  const size = (bytes) => (bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`);
  const list = sheet.querySelector("[data-chosen]");
  list.replaceChildren(...chosen.map((one) => Object.assign(document.createElement("li"), { textContent: `${one.name}（${size(one.size)}）` })));
  const total = chosen.reduce((sum, one) => sum + one.size, 0);
  const most = Number(sheet.dataset.mostBytes);
  complain(files, total > most ? say("too_big", (total / 1048576).toFixed(1), most / 1048576) : "");
});

sheet.addEventListener("submit", (event) => {
  if (files && place(files).classList.contains("has-error")) {  // too big: the server could not even read the rest
    event.preventDefault();
    jump("f-attachment");
  }
});

if ("typed" in sheet.dataset) sheet.dataset.guard = "changed";
addPickers(document);
markRequired();
