// Keeps what is typed every few seconds, so that nothing is lost when the window, the computer or the session goes.

const sheet = document.getElementById("sheet");
const status = document.querySelector("[data-autosaved]");
const words = JSON.parse(sheet.dataset.words);
const QUIET = 2500;
const LONGEST = 10000;

let timer = 0;
let since = 0;
let running = null;
let stopped = false;

function typed() {
  if (stopped) return;
  if (document.querySelector("[data-offer]")) {  // what was kept before is not overwritten unasked
    status.textContent = words.answer;
    return;
  }
  status.textContent = words.changed;
  const now = Date.now();
  since ||= now;
  clearTimeout(timer);
  timer = setTimeout(keep, Math.max(0, Math.min(QUIET, since + LONGEST - now)));
}

async function keep() {
  since = 0;
  const values = new FormData(sheet);
  values.delete("attachment");
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(sheet.dataset.autosave, {
      method: "POST", body: values, signal: running.signal, headers: { Accept: "application/json" },
    });
    if (stopped) return;
    status.textContent = answer.ok ? (await answer.json()).message : words.unsaved;
  } catch (error) {
    if (error.name !== "AbortError" && !stopped) status.textContent = words.unsaved;
  }
}

sheet.addEventListener("input", typed);
sheet.addEventListener("change", typed);
document.addEventListener("submit", (event) => {
  if (event.target !== sheet || event.defaultPrevented) return;
  stopped = true;
  clearTimeout(timer);
  running?.abort();
});
addEventListener("pageshow", () => { stopped = false; });
