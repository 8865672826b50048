// Follows links and sends forms without leaving the page: the answer is the next page's HTML, which is merged into this one by
// ids, so that focus, typed text and scroll positions stay where nothing changed. Whatever goes wrong ends in a plain load.

const texts = () => JSON.parse(document.getElementById("texts")?.textContent ?? "{}");
let current = new AbortController();

/** Shows a short message; an error stays until the next page. */
export const toast = (text, id = "toast-script") => {
  const toasts = document.getElementById("toasts");
  if (toasts) {
    document.getElementById(id)?.remove();
    const box = document.createElement("div");
    box.className = "toast";
    box.id = id;
    box.textContent = text;
    toasts.append(box);
  }
};

/** Reads the page again and merges what is different. */
export const refresh = () => load(location.href, {}, { keepsPlace: true });

/** Goes to a page of this site. */
export const visit = (url) => load(url, {}, { adds: true });

/** Sends a form's fields, and shows the page that follows. */
export const send = (form, button) => {
  const body = new URLSearchParams(new FormData(form, button));
  const url = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action);
  if (form.method === "get") {
    url.search = body;
    return load(url.href, {}, { adds: true });
  }

  return load(url.href, { method: "POST", body }, { keepsPlace: true, adds: true });
};

const load = async (url, request, { keepsPlace = false, adds = false } = {}) => {
  // A later reading makes an earlier one pointless; a write is always finished.
  if (!request.method) {
    current.abort();
    current = new AbortController();
    request.signal = current.signal;
  }

  document.documentElement.dataset.busy = "";
  let response;
  let html;
  try {
    response = await fetch(url, { ...request, headers: { Accept: "text/html" }, credentials: "same-origin" });
    html = response.headers.get("content-type")?.startsWith("text/html") ? await response.text() : null;
  } catch (error) {
    if (error.name !== "AbortError") {
      document.dispatchEvent(new CustomEvent("unreachable"));
      toast(texts().failed);
      document.dispatchEvent(new CustomEvent("settled", { detail: { ok: false } }));
    }

    return false;
  } finally {
    delete document.documentElement.dataset.busy;
  }

  if (html === null || response.status >= 500) {
    if (request.method || keepsPlace) {
      toast(texts().refused);
      document.dispatchEvent(new CustomEvent("settled", { detail: { ok: false } }));
      return false;
    }

    location.assign(url);
    return false;
  }

  const address = new URL(response.url);
  const moves = address.pathname + address.search !== location.pathname + location.search;
  if (response.ok && moves && adds) {
    history.pushState(null, "", address.pathname + address.search + (new URL(url).hash || ""));
  }

  show(html);
  if (moves && response.ok) {
    scrollTo(0, 0);
    document.getElementById("main")?.focus({ preventScroll: true });
  }

  document.dispatchEvent(new CustomEvent("page", { detail: { moves } }));
  document.dispatchEvent(new CustomEvent("settled", { detail: { ok: response.ok } }));
  return response.ok;
};

// What a person is typing or has opened is theirs.
const show = (html) => {
  const next = new DOMParser().parseFromString(html, "text/html");
  document.title = next.title;
  for (const { name, value } of next.documentElement.attributes) {
    document.documentElement.setAttribute(name, value);
  }

  globalThis.Idiomorph.morph(document.body, next.body, {
    morphStyle: "outerHTML",
    ignoreActiveValue: true,
    restoreFocus: true,
    callbacks: {
      beforeNodeMorphed: (old, fresh) => !(old.nodeType === 1 && (old.hasAttribute("data-keep") || old.isEqualNode(fresh))),
      beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS"),
    },
  });
};

const isOurs = (url) => url.origin === location.origin && !/^\/(api|docs|mcp)(\/|$)/.test(url.pathname);

const onClick = (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.target || link.hasAttribute("download")) {
    return;
  }

  const url = new URL(link.href);
  if (!isOurs(url) || link.closest("[data-whole]") || (url.hash && url.pathname + url.search === location.pathname + location.search)) {
    return;
  }

  event.preventDefault();
  visit(url.href);
};

const onSubmit = (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.closest("[data-whole]") || form.enctype === "multipart/form-data" || !isOurs(new URL(form.action))) {
    return;
  }

  if (form.dataset.confirm && !confirm(form.dataset.confirm)) {
    event.preventDefault();
    return;
  }

  event.preventDefault();
  form.dispatchEvent(new CustomEvent("sending", { bubbles: true }));
  send(form, event.submitter);
};

/** Begins to listen; called once. */
export const start = () => {
  if (!globalThis.Idiomorph) {
    addEventListener("load", start, { once: true });
    return;
  }

  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  addEventListener("popstate", () => load(location.href, {}));

  // A task is checked in the same frame; when the server refuses, the page that it answers with takes it back.
  document.addEventListener("sending", (event) => {
    if (event.target.matches("[data-complete]")) {
      event.target.closest(".task")?.classList.toggle("done");
    }

    // An empty line is ready for the next task at once; it comes back when it is not accepted.
    if (event.target.matches("[data-quick-add]")) {
      const field = event.target.elements.text;
      const typed = field.value;
      queueMicrotask(() => {
        field.value = "";
      });
      document.addEventListener("settled", ({ detail }) => {
        if (!detail.ok && field.value === "") {
          field.value = typed;
        }
      }, { once: true });
    }
  });
  document.addEventListener("settled", ({ detail }) => {
    if (!detail.ok) {
      document.querySelectorAll("[data-complete]").forEach((form) => {
        form.closest(".task")?.classList.toggle("done", form.action.endsWith("/reopen"));
      });
    }
  });
};
