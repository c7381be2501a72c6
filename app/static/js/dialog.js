// A document's page: what each decision asks for and leads to, usual phrases, files, and changed fields only.

import "./pop.js";

for (const form of document.querySelectorAll("form[data-deciding]")) {
  const decisions = [...form.querySelectorAll("input[name=action]")];
  const send = form.querySelector("[type=submit]");

  const follow = () => {
    const chosen = decisions.find((one) => one.checked);
    for (const part of form.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== chosen?.value;
    const returning = chosen?.value === "return";
    form.querySelector("[data-opinion-label]").classList.toggle("req", returning);
    form.elements.opinion.required = returning;
    if (chosen && send) send.textContent = chosen.dataset.confirmWords;
  };

  form.addEventListener("change", follow);
  follow();

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog='sign'][data-decision]");
    const wanted = opener && decisions.find((one) => one.value === opener.dataset.decision);
    if (!wanted) return;
    wanted.checked = true;
    follow();
    form.elements.opinion.focus();
  });
}

document.addEventListener("click", (event) => {
  const phrase = event.target.closest("[data-phrase]");
  if (!phrase) return;
  const text = phrase.closest(".form-group").querySelector("textarea");
  text.value = text.value.trim() ? `${text.value.trim()}\n${phrase.textContent}` : phrase.textContent;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-send]") && event.target.files.length) event.target.form.requestSubmit();
});

document.querySelector("[data-only-changed]")?.addEventListener("change", (event) => {
  for (const row of event.target.closest("section").querySelectorAll("tr.same")) row.hidden = event.target.checked;
});

document.querySelector("dialog[data-open]")?.showModal();
document.querySelector("[data-summary]")?.focus();
