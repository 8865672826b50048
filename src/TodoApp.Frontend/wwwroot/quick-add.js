// Shows, while a line is typed, what of it was understood and when the task will be due.
import { texts } from "./navigate.js";

/** What the server makes of a text; null when it can't be asked. */
export const parse = async (text, signal) => {
  try {
    const response = await fetch("/api/tasks/parse", {
      method: "POST",
      signal,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text }),
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
};

/** A due date in words, with its weekday. */
export const inWords = (due) => {
  const language = document.documentElement.lang;
  const [year, month, day, hour, minute] = due.split(/\D/).map(Number);
  const isSoon = document.body.dataset.today?.startsWith(`${year}-`);
  const date = new Date(Date.UTC(year, month - 1, day, hour ?? 0, minute ?? 0));
  const show = (options) => new Intl.DateTimeFormat(language, { ...options, timeZone: "UTC" }).format(date);
  const words = show({ weekday: "short", day: "numeric", month: "short", ...(isSoon ? {} : { year: "numeric" }) });
  return hour === undefined ? words : `${words}, ${show({ timeStyle: "short" })}`;
};

/** The date and repetition of a parsed line in words; empty when it has none. */
export const whenInWords = ({ task, understood }) => [
  task.due && inWords(task.due),
  ...understood.filter((part) => part.kind === "recurrence").map((part) => part.text),
].filter(Boolean).join(", ");

const nextDay = (date, days) => new Date(Date.parse(`${date}T00:00Z`) + days * 86400000).toISOString().slice(0, 10);

const describe = (form, answer) => {
  const words = texts();
  const { today } = document.body.dataset;
  const hint = { today: 0, tomorrow: 1 }[form.elements.hint?.value];
  const due = answer.task.due === null && hint !== undefined && today ? { ...answer, task: { ...answer.task, due: nextDay(today, hint) } } : answer;
  const missing = answer.understood.filter((part) => part.exists === false);
  return [
    whenInWords(due),
    ...missing.map((part) => (part.kind === "list" ? words.noList : words.newLabel).replace("{0}", part.value)),
  ].filter(Boolean).join(" · ");
};

// The marks lie behind the input, in the same letters; what was typed since is not marked yet.
const paint = (form, text, spans) => {
  const behind = form.querySelector(".understood");
  const input = form.elements.text;
  const parts = [];
  let end = 0;
  for (const { kind, start, length } of spans) {
    const mark = document.createElement("mark");
    mark.className = kind;
    mark.textContent = text.slice(start, start + length);
    parts.push(text.slice(end, start), mark);
    end = start + length;
  }

  behind.replaceChildren(...parts, text.slice(end));
  behind.scrollLeft = input.scrollLeft;
};

const states = new WeakMap();
const pause = 120;

const onInput = (form) => {
  const input = form.elements.text;
  const state = states.get(form) ?? { text: "", spans: [] };
  states.set(form, state);
  const text = input.value;
  let same = 0;
  while (same < text.length && text[same] === state.text[same]) {
    same++;
  }

  state.spans = state.spans.filter((span) => span.start + span.length <= same);
  state.text = text;
  paint(form, text, state.spans);
  clearTimeout(state.timer);
  state.asked?.abort();
  if (!text.trim()) {
    form.querySelector(".preview").textContent = "";
    return;
  }

  state.timer = setTimeout(async () => {
    state.asked = new AbortController();
    const answer = await parse(text, state.asked.signal);
    if (answer && input.value === text) {
      state.spans = answer.understood;
      paint(form, text, state.spans);
      form.querySelector(".preview").textContent = describe(form, answer);
    }
  }, pause);
};

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Begins to listen; called once. */
export const start = () => {
  const formOf = (target) => (target.name === "text" ? target.closest?.("[data-quick-add]") : null);
  document.addEventListener("input", ({ target }) => {
    const form = formOf(target);
    if (form) {
      onInput(form);
    }
  });
  document.addEventListener("scroll", ({ target }) => {
    const form = target.nodeType === 1 && formOf(target);
    if (form) {
      form.querySelector(".understood").scrollLeft = target.scrollLeft;
    }
  }, { capture: true, passive: true });

  // An empty line is ready for the next task at once; it comes back when it is not accepted.
  document.addEventListener("sending", async ({ target: form, detail }) => {
    if (form.matches("[data-quick-add]")) {
      const field = form.elements.text;
      const typed = field.value;
      form.elements.key.value = newKey(); // The next task is another one, though the page is not back yet.
      field.value = "";
      onInput(form);
      if (!(await detail.settled) && field.value === "") {
        field.value = typed;
        onInput(form);
      }
    }
  });

  // A page without a script's help brings back a line that was not accepted.
  document.querySelectorAll("[data-quick-add]").forEach((form) => onInput(form));
};
