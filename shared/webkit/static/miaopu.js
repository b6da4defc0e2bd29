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

/* form[data-send-at-once]: nothing is left to choose; its button stays for those without this script. */
for (const form of document.querySelectorAll("form[data-send-at-once]")) form.submit();

/* form[data-autosave]: what is typed is saved a moment later, one save at a time, based on the version before. */
for (const form of document.querySelectorAll("form[data-autosave]")) {
  let waiting = null;
  let busy = false;
  let changed = false;
  const said = document.querySelector("[data-saved]");
  const save = async () => {
    if (busy) return;
    busy = true;
    changed = false;
    if (said) said.textContent = "正在保存……";
    try {
      const typed = new FormData(form);
      for (const [name, value] of [...typed]) if (value instanceof File) typed.delete(name); /* files go with a button */
      const answer = await fetch(form.action, { method: "POST", body: typed, headers: { accept: "application/json" } });
      if (answer.status === 401 || answer.status === 403) {
        if (said) said.textContent = "登录已到期，内容还在这一页；请按“保存草稿”，重新登录后接着保存";
        busy = false;
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      form.elements.based_on.value = told.version;
      if (said) said.textContent = told.both.length ? "已保存；有人同时改了同一项，请按“保存草稿”查看" : `草稿已保存 ${told.at || ""}`;
      const filled = document.querySelector("[data-filled]");
      if (filled) filled.textContent = told.filled;
      for (const place of form.querySelectorAll("[data-wrong]")) place.textContent = told.problems[place.dataset.wrong] || "";
      for (const each of told.checked || []) {
        const place = document.querySelector(`[data-condition="${each.id}"]`);
        if (!place) continue;
        place.querySelector("[data-sentence]").textContent = each.sentence;
        const tag = place.querySelector(".tag");
        tag.className = `tag ${each.tone}`;
        tag.textContent = each.state_name;
      }
      const summary = document.querySelector("[data-summary]");
      if (summary && told.summary) summary.textContent = told.summary;
      for (const [name, text] of Object.entries(told.typed)) {
        const box = form.elements[`typed:${name}`];
        if (box && box !== document.activeElement && !changed && box.value !== text && box.tagName === "INPUT") box.value = text;
      }
    } catch (error) {
      if (said) said.textContent = "没有保存上，内容还在这一页；请稍后按“保存草稿”";
    }
    busy = false;
    if (changed) schedule();
  };
  const schedule = () => {
    clearTimeout(waiting);
    waiting = setTimeout(save, 800);
  };
  form.addEventListener("input", () => {
    changed = true;
    schedule();
  });
}

/* [data-choose-all=<name>]: chooses every box of that name in its table, or none. */
for (const all of document.querySelectorAll("[data-choose-all]")) {
  all.addEventListener("change", () => {
    for (const box of all.closest("table").querySelectorAll(`input[name="${all.dataset.chooseAll}"]`)) box.checked = all.checked;
  });
}

/* A form is sent once: a second press while the first is under way does nothing. */
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 5000); // an answer that is a file leaves the page where it is
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

/* What is wider than its room can be moved with the keyboard, and says so; what fits is no stop on the way. */
const reachable = () => {
  for (const part of document.querySelectorAll(".scroll, .picture .wide")) {
    const over = part.scrollWidth > part.clientWidth;
    part.tabIndex = over ? 0 : -1;
    if (!over) part.removeAttribute("tabindex");
    if (over && !part.hasAttribute("aria-label")) {
      part.setAttribute("role", "group");
      part.setAttribute("aria-label", "可以左右滚动");
    }
  }
};
addEventListener("resize", reachable);
reachable();
