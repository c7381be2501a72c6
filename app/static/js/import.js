// Import pages: files that are too large are refused before they are sent.

function check(input) {
  const file = input.files[0];
  const most = Number(input.dataset.most) * 1024 * 1024;
  const wrong = file && most && file.size > most ? input.dataset.tooBig : "";
  input.setCustomValidity(wrong);
  const place = input.form.querySelector("[data-file-error]");
  place.textContent = wrong;
  place.hidden = !wrong;
}

document.querySelectorAll("[data-import-form] input[type=file]").forEach((input) => input.addEventListener("change", () => check(input)));
