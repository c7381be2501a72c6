// Watches work under way: each box with data-progress names the address that tells how far it is.

const SOON = 300; // small work is over before anybody looks twice
const EVERY = 1500;

function show(box, name, text) {
  const place = box.querySelector(`[data-${name}]`);
  if (place) place.textContent = text;
}

function words(box, name, key, value) {
  const place = box.querySelector(`[data-${name}]`);
  if (place) place.textContent = place.dataset[key].replace("{}", value);
}

function draw(box, run) {
  const format = new Intl.NumberFormat("zh-CN");
  const bar = box.querySelector("progress");
  bar.max = run.total || 1;
  bar.value = run.done;
  show(box, "title", run.title);
  show(box, "done", format.format(run.done));
  show(box, "total", format.format(run.total));
  show(box, "percent", `${run.total ? Math.floor((run.done * 100) / run.total) : 0}%`);
  if (run.rate !== null) words(box, "rate", "words", format.format(run.rate));
  if (run.left !== null) {
    if (run.left < 60) words(box, "left", "seconds", run.left);
    else words(box, "left", "minutes", Math.ceil(run.left / 60));
  }
}

async function watch(box) {
  try {
    const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.redirected || answer.status === 401 || answer.status === 404) return;
    if (answer.ok) {
      const run = await answer.json();
      if (run.running) draw(box, run);
      else if (!document.querySelector("dialog[open]")) {
        location.reload();
        return;
      }
    }
  } catch {
    // the network is away for a moment: asked again
  }
  setTimeout(() => watch(box), EVERY);
}

document.querySelectorAll("[data-progress]").forEach((box) => setTimeout(() => watch(box), SOON));
