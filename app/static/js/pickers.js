// A button beside a date field that opens the browser's own calendar; typing stays free.

const ICON = '<svg class="ico" viewBox="0 0 16 16" aria-hidden="true"><path d="M2.5 3.5h11v10h-11zM2.5 6.5h11M5.5 2v3M10.5 2v3"/></svg>';

export function addPickers(root) {
  for (const field of root.querySelectorAll("input[data-picker]")) {
    if (field.parentElement.classList.contains("picked-date") || !("showPicker" in HTMLInputElement.prototype)) continue;
    const box = document.createElement("span");
    box.className = "picked-date";
    field.replaceWith(box);
    const native = Object.assign(document.createElement("input"), { type: field.dataset.picker, tabIndex: -1 });
    native.setAttribute("aria-hidden", "true");
    const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, innerHTML: ICON });
    button.setAttribute("aria-label", field.dataset.pick);
    box.append(field, native, button);
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".picked-date > button")?.parentElement;
  if (!box) return;
  const [field, native] = box.children;
  native.value = field.value.trim().replace(" ", "T").slice(0, native.type === "month" ? 7 : 16);
  native.showPicker();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches(".picked-date > [aria-hidden]")) return;
  const [field, native] = event.target.parentElement.children;
  field.value = native.value.replace("T", " ");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
