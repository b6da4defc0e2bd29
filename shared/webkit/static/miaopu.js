/* Pages work without this: it moves progress along and applies filters as they change. */
"use strict";

/* [data-progress-src]: an event stream; each message is JSON with any of done, total, text and further numbers,
   shown in [data-progress-value=<name>]. The event "end" closes it and, with [data-progress-reload], loads the page anew. */
for (const part of document.querySelectorAll("[data-progress-src]")) {
  const source = new EventSource(part.dataset.progressSrc);
  const bar = part.querySelector("progress");
  const words = part.querySelector("[data-progress-text]");
  source.addEventListener("message", (message) => {
    const now = JSON.parse(message.data);
    if (bar && "total" in now) bar.max = now.total || 1;
    if (bar && "done" in now) bar.value = now.done;
    if (words && "text" in now) words.textContent = now.text;
    for (const each of part.querySelectorAll("[data-progress-value]")) {
      if (each.dataset.progressValue in now) each.textContent = now[each.dataset.progressValue];
    }
  });
  source.addEventListener("end", () => {
    source.close();
    part.classList.add("ended");
    if ("progressReload" in part.dataset) location.reload();
  });
  addEventListener("pagehide", () => source.close());
}

/* form[data-auto-submit]: a changed choice applies at once; its button stays for those without this script. */
for (const form of document.querySelectorAll("form[data-auto-submit]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox], input[type=radio], input[type=date]")) form.requestSubmit();
  });
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}

/* [data-print]: a button that prints. */
for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
