// Everything by keyboard. The table below is all there is: keys act by it, the help and the palette show it.
import { act, currentRow, focusRow, here, isWriting, rows, texts, toast, visit } from "./navigate.js";
import { choose } from "./choose.js";
import { parse, whenInWords } from "./quick-add.js";

const off = "todo-single-keys-off";
const area = () => document.activeElement?.closest("dialog[open]");

// What is chosen: the rows whose boxes are checked, else the row that is focused, else the task that the page is about. A row that
// was focused a while ago is not meant by a key.
const focused = () => document.activeElement?.closest("main [data-task]");
const boxes = () => [...document.querySelectorAll(".pick:checked")];
const chosen = () => {
  const checked = boxes().map((box) => box.value);
  if (checked.length) {
    return checked;
  }

  const task = focused()?.dataset.task ?? pageTask();
  return task ? [task] : [];
};
const pageTask = () => location.pathname.match(/^\/tasks\/(\d+)$/)?.[1];

const step = (by) => {
  const all = rows();
  const place = all.indexOf(currentRow());
  const next = all[place < 0 ? (by > 0 ? 0 : all.length - 1) : focused() ? Math.min(Math.max(place + by, 0), all.length - 1) : place];
  if (next) {
    focusRow(next, document.activeElement?.matches(".pick") ? ".pick" : ".title");
  }
};

const change = (kind, value) => {
  const tasks = chosen();
  if (tasks.length) {
    act(kind, value, tasks);
  }
};

const complete = () => {
  const checked = boxes();
  const form = focused()?.querySelector("[data-complete]");
  if (checked.length) {
    change(checked.every((box) => box.closest(".done")) ? "reopen" : "complete");
  } else if (form) {
    form.requestSubmit();
  } else if (pageTask()) {
    document.querySelector("#state button, #state summary")?.click();
  }
};

const edit = () => {
  const field = document.querySelector("main [data-edit], main [name=title]");
  if (pageTask() && field) {
    field.focus();
    field.select?.();
    return;
  }

  const [task] = chosen();
  if (task) {
    visit(`/tasks/${task}`).then(() => document.querySelector("main [data-edit], main [name=title]")?.focus());
  }
};

const due = async () => {
  const words = texts();
  const tasks = chosen();
  const items = [["today", "today"], ["tomorrow", "tomorrow"], ["weekend", "this weekend"], ["nextWeek", "next week"], ["noDate", ""]];
  const value = tasks.length ? await choose(words.dueWords, items.map(([name, value]) => ({ text: words[name], value })), {
    free: (typed) => [{ text: typed, value: typed }],
    preview: async (typed) => {
      const answer = await parse(`x ${typed}`);
      return answer && (answer.task.due && answer.task.title === "x" ? whenInWords(answer) : words.notADate);
    },
  }) : undefined;
  if (value !== undefined) {
    act("due", value, tasks);
  }
};

const places = (selector) => [...document.querySelectorAll(selector)].map((place) => ({ text: place.querySelector("a > span").textContent, value: place.dataset.drop.split(":")[1] }));
const lists = () => places("#side [data-drop^='list:']");
const labels = () => places("#side [data-drop^='add-label:']");

const label = async () => {
  const tasks = chosen();
  const value = tasks.length ? await choose(texts().label, labels(), { free: (typed) => [{ text: texts().create.replace("{0}", typed), value: typed }] }) : undefined;
  if (value !== undefined) {
    act("add-label", value, tasks);
  }
};

const move = async () => {
  const tasks = chosen();
  const value = tasks.length ? await choose(texts().move, lists()) : undefined;
  if (value !== undefined) {
    act("list", value, tasks);
  }
};

/** Rows among which a row can be moved: those with the same parent, in a list that has an order of its own. */
export const siblings = (row) => row?.closest("[data-order]") ? rows().filter((other) => other.parentElement === row.parentElement && other.dataset.parent === row.dataset.parent) : [];

const shift = (by) => {
  const row = focused();
  const all = siblings(row);
  const other = all[all.indexOf(row) + by];
  if (other) {
    act(by < 0 ? "before" : "after", other.dataset.task, [row.dataset.task]);
  }
};

const undo = () => {
  const button = [...document.querySelectorAll("#toasts [data-key=undo]")].at(-1);
  if (button) {
    button.form.requestSubmit(button);
  } else if (!isWriting()) {
    toast(texts().nothingToUndo);
  }
};

const select = (row = focused(), isChosen = undefined) => {
  const box = row?.querySelector(".pick");
  const mode = document.getElementById("selecting");
  if (box && mode) {
    mode.checked = true;
    box.checked = isChosen ?? !box.checked;
    count();
  }
};

const extend = (by) => {
  select(focused(), true);
  step(by);
  select(focused(), true);
};

const count = () => {
  const said = document.getElementById("selected");
  if (said) {
    const text = texts().selected.replace("{0}", boxes().length);
    said.textContent === text || (said.textContent = text);
  }
};

const leave = () => {
  const mode = document.getElementById("selecting");
  if (mode?.checked) {
    mode.checked = false;
    document.getElementById("bulk").reset();
    count();
  }
};

const search = () => document.getElementById("search")?.focus();

const add = () => {
  const field = document.getElementById("add-text");
  const dialog = document.getElementById("adder");
  if (field) {
    field.focus();
  } else if (dialog && !dialog.open) {
    dialog.showModal();
    dialog.querySelector("[name=return]").value = here();
    dialog.querySelector("[name=text]").focus();
  }
};

const pages = { i: "/inbox", t: "/today", u: "/upcoming", c: "/completed", a: "/activity", s: "/settings" };
const linkTo = (path) => document.querySelector(`#side .places a[href="${path}"]`);
const nameOf = (link) => link.querySelector("span")?.textContent ?? link.textContent.trim();

// A scope says when a key can do something: "task" with a task to act on, "rows" on a page with tasks, "page"
// always, "overdue" where all of it can be moved.
const table = [
  { name: "next", keys: ["j", "ArrowDown"], scope: "rows", run: () => step(1) },
  { name: "previous", keys: ["k", "ArrowUp"], scope: "rows", run: () => step(-1) },
  { name: "open", keys: ["o", "Enter"], scope: "task", run: () => visit(`/tasks/${chosen()[0]}`) },
  { name: "complete", keys: ["x", "Space"], scope: "task", run: complete },
  { name: "edit", keys: ["e"], scope: "task", run: edit },
  { name: "due", keys: ["d", "t"], scope: "task", run: due },
  ...["urgent", "high", "medium", "low", "none"].map((name, i) => ({ name, keys: [`${(i + 1) % 5}`], scope: "task", run: () => change("priority", name) })),
  { name: "label", keys: ["l"], scope: "task", run: label },
  { name: "move", keys: ["m"], scope: "task", run: move },
  { name: "up", keys: ["Alt+ArrowUp"], scope: "rows", run: () => shift(-1) },
  { name: "down", keys: ["Alt+ArrowDown"], scope: "rows", run: () => shift(1) },
  { name: "delete", keys: ["#", "Delete"], scope: "task", run: () => change("delete") },
  { name: "overdue", keys: ["r"], scope: "overdue", run: () => overdue().requestSubmit() },
  { name: "select", keys: ["v"], scope: "rows", run: () => select() },
  { name: "extend", keys: ["Shift+ArrowDown"], scope: "rows", run: () => extend(1) },
  { name: "extendBack", keys: ["Shift+ArrowUp"], scope: "rows", run: () => extend(-1) },
  { name: "undo", keys: ["z", "Ctrl+z"], scope: "page", run: undo },
  { name: "add", keys: ["q"], scope: "page", run: add },
  { name: "search", keys: ["/"], scope: "page", run: search },
  ...Object.entries(pages).map(([key, path]) => ({ page: path, keys: [`g ${key}`], scope: "page", run: () => visit(path) })),
  { name: "palette", keys: ["Ctrl+k"], scope: "page", always: true, run: () => palette() },
  { name: "help", keys: ["?"], scope: "page", run: () => help() },
  { name: "leave", keys: ["Escape"], scope: "rows", run: leave },
];

const overdue = () => document.querySelector("main [data-key='overdue-today']");
const scopes = { page: () => true, rows: () => rows().length > 0, task: () => chosen().length > 0, overdue: () => overdue() !== null };
const isPossible = ({ scope }) => scopes[scope]();
const textOf = ({ name, page }) => (page ? texts().goTo.replace("{0}", linkTo(page) ? nameOf(linkTo(page)) : page) : texts()[name]);

const help = () => {
  const dialog = document.getElementById("help");
  document.getElementById("help-keys").replaceChildren(...table.filter((each) => each.scope !== "task" ? isPossible(each) : rows().length || pageTask()).flatMap((each) => {
    const keys = document.createElement("dt");
    keys.append(...each.keys.flatMap((key, i) => [i ? " " : "", Object.assign(document.createElement("kbd"), { textContent: shown(key) })]));
    return [keys, Object.assign(document.createElement("dd"), { textContent: textOf(each) })];
  }));
  document.getElementById("single-keys").checked = localStorage.getItem(off) === null;
  dialog?.showModal();
};

const ctrl = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";
const arrows = { Up: "↑", Down: "↓" };
const shown = (key) => key.replace("Ctrl", ctrl).replace(/Arrow(\w+)/, (_, way) => arrows[way]);

const palette = async () => {
  const commands = table.filter((each) => isPossible(each) && !["palette", "leave", "next", "previous"].includes(each.name))
    .map((each) => ({ text: textOf(each), hint: shown(each.keys[0]), value: each.run }));
  const pages = [...document.querySelectorAll("#side .places a[href], #views a[href]")].filter((link) => !table.some((each) => each.page === link.getAttribute("href")))
    .map((link) => ({ text: texts().goTo.replace("{0}", nameOf(link)), value: () => visit(link.href) }));
  const run = await choose(texts().palette, [...commands, ...pages], {
    free: (typed) => [{ text: texts().searchFor.replace("{0}", typed), value: () => visit(`/search?q=${encodeURIComponent(typed)}`) }],
  });
  run?.();
};

// The letter on the key where the layout has no Latin letters.
const keyOf = (event) => {
  const key = event.key === " " ? "Space" : event.key;
  const letter = key.length === 1 && key > "\u007f" ? event.code.replace(/^Key/, "").toLowerCase() : key.length === 1 && /[A-Z]/.test(key) ? key.toLowerCase() : key;
  const isSign = key.length === 1 && !/[a-z]/i.test(key);
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey && !isSign ? "Shift+" : ""}${letter}`;
};

const isTyping = (element) => element?.matches?.("input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]");

// Space and Enter press what is focused, and arrows belong to what has its own.
const isTaken = (key, element) => (key === "Enter" && element.matches("a, button, summary, input"))
  || (key === "Space" && element.matches("button, summary, input"))
  || (/Arrow/.test(key) && !/\+/.test(key) && element.matches("[role=tab], [role=option], [type=radio], video, audio"));

let begun = "";
let forget = 0;

const onKey = (event) => {
  const isOurs = document.getElementById("chooser") !== null; // A page of a signed-in person.
  if (!isOurs || event.defaultPrevented || event.isComposing || document.documentElement.dataset.dragging !== undefined) {
    return;
  }

  let key = keyOf(event);
  const at = event.target;
  if (key === "Escape" && isTyping(at) && !area()) {
    at.blur();
    const row = currentRow() ?? rows()[0];
    row && focusRow(row);
    return;
  }

  // Enter in a field of the bar presses the button beside it.
  if (key === "Enter" && at.matches?.(".bulk input")) {
    event.preventDefault();
    at.parentElement.querySelector("button").click();
    return;
  }

  if (key === "Ctrl+k" && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    palette();
    return;
  }

  if (isTyping(at) || area() || document.querySelector("dialog[open]") || isTaken(key, at)) {
    return;
  }

  const isSingle = !/Ctrl|Alt/.test(key);
  if (isSingle && key.length === 1 && localStorage.getItem(off) !== null) {
    return;
  }

  if (begun) {
    key = `${begun} ${key}`;
    begun = "";
  } else if (key === "g") {
    begun = key;
    clearTimeout(forget);
    forget = setTimeout(() => { begun = ""; }, 1500);
    return;
  }

  const entry = table.find((each) => each.keys.includes(key));
  if (entry && isPossible(entry) && !(event.repeat && !["next", "previous", "extend", "extendBack"].includes(entry.name))) {
    event.preventDefault();
    entry.run();
  }
};

let pressed = null;

/** Begins to listen; called once. */
export const start = () => {
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", ({ target }) => {
    if (target.id === "single-keys") {
      target.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "");
    } else if (target.id === "selecting" && !target.checked) {
      document.getElementById("bulk")?.reset();
    }

    count();
  });
  document.addEventListener("page", count);

  // With Shift, all from the box that was pressed before.
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.(".pick");
    const from = pressed;
    pressed = box ?? pressed;
    if (box && event.shiftKey && from?.isConnected) {
      const all = [...document.querySelectorAll(".pick")];
      const [a, b] = [all.indexOf(from), all.indexOf(box)].sort((x, y) => x - y);
      all.slice(a, b + 1).forEach((each) => { each.checked = box.checked; });
      count();
    }
  });
};
