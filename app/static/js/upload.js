// A provider's upload: the file is the whole body of one request, so that its size knows no limit of forms; with progress.

const form = document.querySelector("form[data-send-to]");
const place = (name) => form.querySelector(`[data-${name}]`);

function say(name, text) {
  for (const one of ["problem", "done"]) place(one).hidden = one !== name;
  place(name).textContent = text;
}

function send(file) {
  const request = new XMLHttpRequest();
  const button = form.querySelector("button");
  request.open("POST", form.dataset.sendTo);
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("X-CSRFToken", form.elements.csrf_token.value);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("X-File-Sha256", form.elements.sha256.value.trim());
  request.upload.addEventListener("progress", (event) => {
    const bar = form.querySelector("progress");
    [bar.max, bar.value] = [event.total, event.loaded];
    place("percent").textContent = `${Math.floor((event.loaded * 100) / event.total)}%`;
  });
  request.addEventListener("loadend", () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* the network is away */ }
    button.disabled = false;
    place("progress-line").hidden = true;
    if (request.status !== 201) return say("problem", answer.message || form.dataset.failed);
    say("done", form.dataset.received.replace("{}", answer.number));
    location.assign(answer.receipt);
  });
  button.disabled = true;
  place("progress-line").hidden = false;
  request.send(file);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const file = form.elements.file.files[0];
  if (!file) return;
  if (file.size > Number(form.dataset.most) * 1024 * 1024) say("problem", form.dataset.tooBig);
  else send(file);
});
