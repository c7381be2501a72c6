// Small panels below a button: <details class="pop">. They close on a click elsewhere and on Esc.

document.addEventListener("click", (event) => {
  for (const one of document.querySelectorAll("details.pop[open]")) if (!one.contains(event.target)) one.open = false;
});

document.addEventListener("keydown", (event) => {
  const opened = event.key === "Escape" && document.querySelector("details.pop[open]");
  if (!opened) return;
  event.preventDefault();
  opened.open = false;
  opened.querySelector("summary").focus();
});
