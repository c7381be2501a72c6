// The frame's behaviour; what pages may use is listed in app/screens/frame.py.

const narrow = matchMedia("(max-width: 1279px)");
const toggle = document.querySelector(".top-toggle");

function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* no storage: not remembered */ }
}

function recall(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

// ---------- the side ----------

const sideIsOpen = () => narrow.matches
  ? document.body.classList.contains("nav-open")
  : !document.documentElement.classList.contains("nav-collapsed");

function setSide(open) {
  if (narrow.matches) {
    document.body.classList.toggle("nav-open", open);
  } else {
    document.documentElement.classList.toggle("nav-collapsed", !open);
    remember("nav", open ? "open" : "collapsed");
  }
  toggle?.setAttribute("aria-expanded", String(sideIsOpen()));
}

toggle?.addEventListener("click", () => setSide(!sideIsOpen()));
toggle?.setAttribute("aria-expanded", String(sideIsOpen()));
narrow.addEventListener("change", () => toggle?.setAttribute("aria-expanded", String(sideIsOpen())));

for (const group of document.querySelectorAll(".side details[data-area]")) {
  if (recall(`area.${group.dataset.area}`) === "open") group.open = true;
  // only what a person does is remembered, not that the current area stands open
  group.querySelector("summary").addEventListener("click", () => {
    remember(`area.${group.dataset.area}`, group.open ? "closed" : "open");
  });
}
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest" });

// ---------- dropdowns ----------

function closeDropdowns(except) {
  for (const one of document.querySelectorAll(".dropdown.open")) {
    if (one === except) continue;
    one.classList.remove("open");
    one.querySelector(".dropdown-toggle").setAttribute("aria-expanded", "false");
  }
}

for (const button of document.querySelectorAll(".dropdown-toggle")) {
  const open = (event) => {
    event.preventDefault();
    const shown = button.parentElement.classList.toggle("open");
    button.setAttribute("aria-expanded", String(shown));
    closeDropdowns(button.parentElement);
    const byKey = event.detail === 0;  // who points sees where; who types needs to be there
    if (shown && byKey) button.parentElement.querySelector(".dropdown-menu a, .dropdown-menu button")?.focus();
  };
  button.addEventListener("click", open);
  if (button.tagName === "A") button.addEventListener("keydown", (event) => { if (event.key === " ") open(event); });
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".dropdown.open .dropdown-menu");
  if (!menu || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  event.preventDefault();
  const items = [...menu.querySelectorAll("a, button")];
  const step = event.key === "ArrowDown" ? 1 : items.length - 1;
  items[(items.indexOf(document.activeElement) + step) % items.length]?.focus();
});

// ---------- keys and clicks of the whole page ----------

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape") {
    const opened = document.querySelector(".dropdown.open .dropdown-toggle");
    closeDropdowns();
    opened?.focus();
    if (narrow.matches && sideIsOpen()) { setSide(false); toggle?.focus(); }
  }
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.querySelector(".top-search input")?.select();
    document.querySelector(".top-search input")?.focus();
  }
});

document.addEventListener("click", (event) => {
  const target = event.target;
  if (!target.closest(".dropdown")) closeDropdowns();
  if (narrow.matches && sideIsOpen() && (target.closest(".side-close") || !target.closest(".side, .top-toggle"))) setSide(false);
  if (target.closest("[data-back]")) history.back();
  if (target.closest("[data-print]")) print();
  const filler = target.closest("[data-fill]");
  if (filler) fill(filler);
  openRow(event);
});

function openRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, textarea, summary") || String(getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else location.assign(row.dataset.href);
}

function fill(button) {
  const field = document.getElementById(button.dataset.fill);
  field.value = button.dataset.value;
  field.form.querySelector("[type=password]")?.focus();
}

// ---------- dialogs ----------

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const closer = event.target.closest("dialog [data-close]");
  if (closer) closer.closest("dialog").close();
  else if (event.target.matches?.("dialog.modal")) event.target.close();
});

/** Asks in the confirm dialog; resolves to whether the person said yes. */
export function ask(question) {
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-words").textContent = question;
  return new Promise((answer) => {
    const yes = dialog.querySelector("[data-confirmed]");
    const confirmed = () => dialog.close("yes");
    yes.addEventListener("click", confirmed, { once: true });
    dialog.addEventListener("close", () => {
      yes.removeEventListener("click", confirmed);
      answer(dialog.returnValue === "yes");
    }, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
  });
}

// ---------- forms: asked first, sent once, not left by mistake ----------

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && form.dataset.asked !== "yes") {
    event.preventDefault();
    ask(question).then((yes) => {
      if (!yes) return;
      form.dataset.asked = "yes";
      form.requestSubmit(event.submitter);
    });
    return;
  }
  delete form.dataset.asked;
  if (form.method !== "post") return;
  if (form.dataset.sent === "yes") { event.preventDefault(); return; }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 10000);  // the answer was a file: the page is still here
  if (form.dataset.guard) form.dataset.guard = "";
});

addEventListener("pageshow", () => {  // back from the next page: the form may be sent again
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const type of ["input", "change"]) {
  document.addEventListener(type, (event) => {
    const form = event.target.form?.closest("form[data-guard]");
    if (form) form.dataset.guard = "changed";
    if (type === "change" && event.target.form?.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
}

addEventListener("beforeunload", (event) => {
  if (document.querySelector('form[data-guard="changed"]')) event.preventDefault();
});

// ---------- ticking rows ----------

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.type !== "checkbox") return;
  const table = box.closest("table");
  if (!table) return;
  const all = table.querySelector("[data-check-all]");
  if (!all) return;
  const boxes = [...table.querySelectorAll(`tbody input[type=checkbox][name="${CSS.escape(all.dataset.checkAll)}"]`)];
  if (box === all) for (const one of boxes) one.checked = all.checked;
  const ticked = boxes.filter((one) => one.checked).length;
  all.checked = boxes.length > 0 && ticked === boxes.length;
  all.indeterminate = ticked > 0 && ticked < boxes.length;
  for (const one of boxes) one.closest("tr").classList.toggle("picked", one.checked);
  table.dispatchEvent(new CustomEvent("ticked", { bubbles: true, detail: { count: ticked } }));
});

// a page that reports faults starts at them
document.querySelector(".alert-danger[tabindex]")?.focus();
