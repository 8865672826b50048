// Follows links and sends forms without leaving the page: the answer is the next page's HTML, which is merged into this one by
// ids, so that focus, typed text and scroll positions stay where nothing changed. Whatever goes wrong ends in a plain load.

/** The page's texts for scripts, in its language. */
export const texts = () => JSON.parse(document.getElementById("texts")?.textContent ?? "{}");

/** The page as the server knows it, to come back to. */
export const here = () => location.pathname + location.search;

/** Rows of tasks, and whatever else stands for a task, in their order. */
export const rows = () => [...document.querySelectorAll("main [data-task]")].filter((row) => row.checkVisibility());

const tell = (type, detail) => document.dispatchEvent(new CustomEvent(type, { detail }));
const longestAlive = 60000; // Of 64 KiB that browsers send on when a page is closed meanwhile.
let reading = new AbortController();
let visiting = null;
let visits = 0;
let writing = Promise.resolve();
const waiting = new Set();
const underWay = new Map(); // By what is sent: who presses twice means it once.
let writes = 0;
let loads = 0;

/** Whether something is being saved. */
export const isWriting = () => writes > 0;

/** Whether something is being saved, or another page is on its way. */
export const isBusy = () => isWriting() || visiting !== null;

/** Shows a short message. */
export const toast = (text, id = "toast-script") => {
  const toasts = document.getElementById("toasts");
  if (toasts && text) {
    document.getElementById(id)?.remove();
    const box = document.createElement("div");
    box.className = "toast";
    box.id = id;
    box.textContent = text;
    toasts.append(box);
    expire();
  }
};

// Long enough to read it and to take something back; what is pointed at or focused stays.
const expire = () => {
  for (const box of document.querySelectorAll(".toast:not([data-expires])")) {
    box.dataset.expires = "";
    const leave = () => (box.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : box.remove());
    setTimeout(leave, 15000);
  }
};

/** Reads the page again and merges what is different; who is on the way to another page gets that one, which is newer. */
export const refresh = () => visiting ?? load(location.href, {}, { keepsPlace: true });

/** Goes to a page of this site. */
export const visit = (url) => go(url, { adds: true });

const go = (url, options) => {
  visits++;
  const going = load(url, {}, options).finally(() => {
    if (visiting === going) {
      visiting = null;
    }
  });
  visiting = going;
  return going;
};

/** Sends a form's fields, and shows the page that follows. */
export const send = (form, button) => {
  const fields = new URLSearchParams(new FormData(form, button));
  const url = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action);
  if (form.method === "get") {
    url.search = fields;
    return visit(url.href);
  }

  // What a person has filled in must be seen again when it was not accepted; of a press, it is enough to be told.
  const acts = form.matches("#bulk") || !form.querySelector("input:not([type=hidden]), select, textarea");
  const same = `${url.href}?${fields}`;
  if (!underWay.has(same)) {
    underWay.set(same, write(url.href, fields, { sent: { form, fields }, acts }).finally(() => underWay.delete(same)));
  }

  return underWay.get(same);
};

/** Makes one change to tasks, by their numbers; a change is one that the server's ChangeTasks knows. */
export const act = (change, value, tasks) => {
  const fields = new URLSearchParams({ change, [change]: value, return: here() });
  tasks.forEach((task) => fields.append("id", task));
  return write("/tasks/change", fields, { sent: { form: document.getElementById("bulk"), fields }, acts: true });
};

// One after the other, so that the page that is shown last is the newest. Who goes on to another page meanwhile is not fetched back.
const write = (url, body, options) => {
  writes++;
  const begun = visiting ? null : visits;
  if (!visiting) {
    reading.abort();
  }

  const request = { method: "POST", body, keepalive: body.toString().length < longestAlive };
  const turn = { url, request };
  waiting.add(turn);
  writing = writing
    .then(() => waiting.delete(turn) && load(url, request, { ...options, hasLeft: () => begun !== visits, keepsPlace: true, adds: true }))
    .finally(() => writes--);
  return writing;
};

// What still waits for its turn when the page is left goes out at once.
const sendWaiting = () => {
  waiting.forEach(({ url, request }) => fetch(url, request).catch(() => {}));
  waiting.clear();
};

const load = async (url, request, { keepsPlace = false, adds = false, acts = false, sent = null, hasLeft = () => false } = {}) => {
  // A later reading makes an earlier one pointless; a write is always finished.
  if (!request.method) {
    reading.abort();
    reading = new AbortController();
    request.signal = reading.signal;
  }

  loads++;
  document.documentElement.dataset.busy = "";
  let response;
  let html;
  try {
    response = await fetch(url, { ...request, headers: { Accept: "text/html" }, credentials: "same-origin" });
    html = response.headers.get("content-type")?.startsWith("text/html") ? await response.text() : null;
  } catch (error) {
    if (error.name !== "AbortError") {
      tell("unreachable");
      if (request.method || !keepsPlace) {
        toast(texts().failed);
      }

      tell("settled", { ok: false });
    }

    return false;
  } finally {
    if (--loads === 0) {
      delete document.documentElement.dataset.busy;
    }
  }

  if (html === null || response.status >= 500) {
    if (request.method || keepsPlace) {
      toast(texts().refused);
      tell("settled", { ok: false });
      return false;
    }

    location.assign(url);
    return false;
  }

  const next = new DOMParser().parseFromString(html, "text/html");
  if (hasLeft() || (acts && !response.ok)) {
    if (!response.ok) {
      toast(next.querySelector("main .error")?.textContent.trim() || texts().failed);
    }

    document.getElementById("toasts")?.append(...next.querySelectorAll("#toasts > *"));
    expire();
    tell("settled", { ok: response.ok });
    await visiting;
    await refresh(); // What is shown may have been read before this was saved.
    return response.ok;
  }

  const address = new URL(response.url);
  const differs = (response.redirected || !request.method) && address.pathname + address.search !== here();
  const moves = differs && !(request.method && address.pathname === location.pathname); // A write that leads back leaves everything in its place.
  if (differs && adds) {
    history[moves ? "pushState" : "replaceState"](null, "", address.pathname + address.search + (new URL(url, location).hash || ""));
  }

  // The line for the next task is empty already, and may be typed in.
  const answered = sent?.form && !sent.form.matches("[data-quick-add]") ? sent : null;
  const isFree = !isTyping() || sent?.form?.contains(document.activeElement);
  keepFocus(() => show(next, { moves, answered, isRefresh: !request.method && keepsPlace }));
  if (response.ok) {
    [...(answered?.form.elements ?? [])].filter((field) => !isTypedSince(field, answered)).forEach(restore);
  } else if (request.method && isFree) {
    showRefusal();
  }

  if (moves) {
    scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }

  expire();
  tell("page", { moves });
  tell("settled", { ok: response.ok });
  return response.ok;
};

// What a person is typing, has filled in or has opened is theirs.
const show = (next, { moves, answered, isRefresh }) => {
  document.title = next.title;
  for (const { name, value } of next.documentElement.attributes) {
    document.documentElement.setAttribute(name, value);
  }

  if (moves) {
    document.querySelectorAll(".leaving").forEach((row) => row.classList.remove("leaving"));
    document.querySelectorAll("dialog[open]").forEach((dialog) => dialog.close());
  }

  // A form that somebody has begun to fill in stays as it was made, with the version that it began from.
  const begun = new Map();
  const isBegun = (form) => begun.get(form) ?? begun.set(form, [...form.elements].some(isFilled)).get(form);
  globalThis.Idiomorph.morph(document.body, next.body, {
    morphStyle: "outerHTML",
    // Only of a field: else what is inside of a focused element, as main after a step to another page, would stay as it is.
    ignoreActiveValue: isTyping() && !answered?.form.contains(document.activeElement),
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (old, fresh) => old.nodeType !== 1
        || !(old.hasAttribute("data-keep") || old.isEqualNode(fresh) || (!moves && formOf(old) && (formOf(old) === answered?.form ? isTypedSince(old, answered) : isBegun(formOf(old))))),
      beforeNodeRemoved: (node) => node.nodeType !== 1
        || !(node.matches(".leaving") || node.querySelector(".leaving") || (isRefresh && node.matches(".toast")) || node.matches(".ours")),
      beforeAttributeUpdated: (name, node, kind) => moves || name !== "open" || (kind === "update" && !isRefresh),
    },
  });
  pending.forEach((isDone, task) => document.querySelectorAll(`main [data-task="${task}"]`).forEach((row) => mark(row, isDone)));
};

// Leads to the first field that is wrong, or to what is said of the whole.
const showRefusal = () => {
  const wrong = document.querySelector("main [aria-invalid=true]") ?? document.querySelector("main [role=alert]");
  if (wrong) {
    const fold = wrong.closest("details");
    if (fold) {
      fold.open = true;
    }

    if (!wrong.matches("input, select, textarea")) {
      wrong.tabIndex = -1;
    }

    wrong.focus({ preventScroll: true });
    wrong.scrollIntoView({ block: "nearest" });
  }
};

const isTyping = () => document.activeElement?.matches("input, textarea, select");

// A form with a field of the name "form" would call that its own.
const formOf = (node) => (node.matches("form") ? null : node.form);

// Whether a field was changed after its form was sent.
const isTypedSince = (field, { fields }) =>
  field.matches("input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select") && field.name && !fields.getAll(field.name).includes(field.value);

const restore = (field) => {
  if (field.matches("select")) {
    [...field.options].forEach((option) => { option.selected = option.defaultSelected; });
  } else if (field.matches("[type=checkbox], [type=radio]")) {
    field.checked = field.defaultChecked;
  } else if (field.matches("input:not([type=hidden]), textarea")) {
    field.value = field.defaultValue;
  }
};

const isFilled = (field) => {
  if (field.matches("select")) {
    const chosen = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(chosen, 0);
  }

  return field.matches("input, textarea") && (field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue && !/color|range/.test(field.type));
};

// Focus. The row that was used last tells where to go on when what was focused has left the page.
let last = { task: null, order: [] };
const parts = [".tick", ".pick", ".title"];

const onFocus = ({ target }) => {
  const row = target.closest?.("[data-task]");
  if (row) {
    last = { task: row.dataset.task, order: rows().map((each) => each.dataset.task), part: parts.find((part) => target.matches(part)) };
  }
};

/** The row that is focused, or was before focus went somewhere else; null when it has left the page. */
export const currentRow = () => document.activeElement?.closest("[data-task]") ?? rows().find((row) => row.dataset.task === last.task) ?? null;

/** Focuses a row. */
export const focusRow = (row, part) => {
  const target = (part && row.querySelector(part)) ?? row.querySelector(".title") ?? row.querySelector("a[href]") ?? row;
  target.focus();
};

/** Changes the page, after which focus is where it was, or at what took its place. */
export const keepFocus = (change) => {
  const had = document.activeElement;
  change();
  if (!had || had === document.body || (had.isConnected && document.activeElement === had)) {
    return;
  }

  const same = had.id && document.getElementById(had.id);
  if (same) {
    same.focus({ preventScroll: true });
    return;
  }

  const now = new Map(rows().map((row) => [row.dataset.task, row]));
  const place = last.order.indexOf(last.task);
  const next = last.order.slice(place).find((task) => now.has(task)) ?? last.order.slice(0, Math.max(place, 0)).findLast((task) => now.has(task));
  if (next) {
    focusRow(now.get(next), last.part);
    return;
  }

  const heading = document.querySelector("main h1") ?? document.getElementById("main");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
};

// A task is checked in the same frame; when the server refuses, the page that it answers with takes it back. A row that is done
// stays for a moment, so that a slip can be taken back and nothing moves below the pointer.
const pending = new Map();
const stay = 2000;
const longestStay = 8000;
let leaves = 0;
let since = 0;

const mark = (row, isDone) => {
  row?.classList.toggle("done", isDone);
  row?.classList.toggle("leaving", isDone);
};

const onCheck = (form, settled) => {
  const row = form.closest("[data-task]");
  if (row) {
    const isDone = form.action.endsWith("/complete");
    mark(row, isDone);
    pending.set(row.dataset.task, isDone);
    settled.finally(() => pending.delete(row.dataset.task));
  }

  since = Date.now();
  wait();
};

const wait = () => {
  clearTimeout(leaves);
  leaves = setTimeout(leave, stay);
};

const leave = () => {
  if (isWriting()) {
    wait();
    return;
  }

  const gone = [...document.querySelectorAll(".leaving")];
  gone.forEach((row) => row.classList.add("gone"));
  setTimeout(() => keepFocus(() => {
    for (const row of gone.filter((each) => each.matches(".leaving"))) {
      const group = row.closest("section");
      row.remove();
      if (group && !group.querySelector("[data-task]")) {
        group.remove();
      }
    }
  }), 120);
};

// The row that is still there without being in the server's page can be opened again.
const offerBack = () => {
  for (const form of document.querySelectorAll(".leaving [data-complete][action$='/complete']")) {
    if (!isWriting()) {
      form.setAttribute("action", form.getAttribute("action").replace(/complete$/, "reopen"));
      form.elements.version?.remove();
      form.querySelector(".tick")?.setAttribute("aria-label", texts().reopen.replace("{0}", form.closest("[data-task]").querySelector(".title").textContent));
    }
  }
};

const isOurs = (url) => url.origin === location.origin && !/^\/(api|docs|mcp)(\/|$)/.test(url.pathname);

const onClick = (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target || link.hasAttribute("download")) {
    return;
  }

  const url = new URL(link.href);
  if (!isOurs(url) || link.closest("[data-whole]") || (url.hash && url.pathname + url.search === here())) {
    return;
  }

  event.preventDefault();
  visit(url.href);
};

const onSubmit = (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.closest("[data-whole]") || form.enctype === "multipart/form-data" || !isOurs(new URL(form.action))) {
    return;
  }

  if (form.dataset.confirm && !confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }

  event.preventDefault();
  const sending = send(form, event.submitter); // Reads the fields before anybody changes them.
  form.dispatchEvent(new CustomEvent("sending", { bubbles: true, detail: { settled: sending } }));
};

/** Begins to listen; called once. */
export const start = () => {
  if (!globalThis.Idiomorph) {
    addEventListener("load", start, { once: true });
    return;
  }

  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("focusin", onFocus);
  addEventListener("pagehide", sendWaiting);
  addEventListener("popstate", () => go(location.href, {}));
  document.addEventListener("sending", ({ target, detail }) => {
    if (target.matches("[data-complete]")) {
      onCheck(target, detail.settled);
    }
  });
  document.addEventListener("settled", ({ detail }) => {
    if (!detail.ok) {
      document.querySelectorAll("[data-complete]").forEach((form) => {
        const row = form.closest("[data-task]");
        row?.classList.toggle("done", form.action.endsWith("/reopen"));
        row?.classList.remove("leaving");
      });
    }
  });
  document.addEventListener("page", () => setTimeout(offerBack));
  document.addEventListener("pointermove", ({ target }) => {
    if (Date.now() - since < longestStay && target.closest?.(".tasks") && document.querySelector(".leaving")) {
      wait();
    }
  }, { passive: true });
  expire();
};
