// Entry by hand: what has been typed is checked by the structure's own rules as soon as a row is left.

const form = document.querySelector("form[data-check]");
const table = form.querySelector("table[data-lines]");
let asked = 0;

const cells = (row) => [...row.querySelectorAll("input.form-control")];

function mark(cell, reason) {
  const place = cell.closest("td");
  place.classList.toggle("has-error", Boolean(reason));
  place.querySelector(".error-text")?.remove();
  if (!reason) {
    cell.removeAttribute("aria-invalid");
    return;
  }
  cell.setAttribute("aria-invalid", "true");
  place.append(Object.assign(document.createElement("span"), { className: "error-text", textContent: reason }));
}

async function check() {
  const rows = [...table.tBodies[0].rows];
  const body = JSON.stringify({ rows: rows.map((row) => cells(row).map((one) => one.value.trim())) });
  const turn = (asked += 1);
  try {
    const answer = await fetch(form.dataset.check, {
      method: "POST", body, credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
    });
    if (!answer.ok || turn !== asked) return;
    const found = new Map((await answer.json()).faults.map((one) => [`${one.row}-${one.field ?? 0}`, one.reason]));
    rows.forEach((row, at) => cells(row).forEach((cell, place) => mark(cell, found.get(`${at + 1}-${place}`))));
  } catch {
    // the network is away for a moment: saving checks again
  }
}

table.addEventListener("focusout", (event) => {
  const next = event.relatedTarget?.closest("tr");
  if (event.target.closest("tr") !== next) check();
});
table.addEventListener("paste", () => setTimeout(check));
