// One dialog for everything that is chosen by typing: commands, lists, labels, dates.

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const most = 50;

/** How well a text fits what was typed: every word begins a word of it, or is inside of it; null when it does not fit. */
const rank = (text, words) => {
  let sum = 0;
  for (const word of words) {
    const at = text.indexOf(word);
    if (at < 0) {
      return null;
    }

    sum += at === 0 ? 0 : /\P{L}/u.test(text[at - 1]) ? 1 : 2;
  }

  return sum;
};

let finish = null;
let focusBefore = null;

/**
 * Lets a person choose one.
 * @param {string} label What for.
 * @param {{text: string, hint?: string, value: any}[]} items In their order.
 * @param {{free?: (typed: string) => {text: string, value: any}[], preview?: (typed: string) => Promise<string>}} more
 *   What else can be chosen for what was typed, and what is said about it.
 * @returns The value; undefined when the dialog was closed.
 */
export const choose = (label, items, { free = () => [], preview = null } = {}) => new Promise((resolve) => {
  const dialog = document.getElementById("chooser");
  const input = document.getElementById("chooser-text");
  const list = document.getElementById("chooser-options");
  const said = document.getElementById("chooser-preview");
  if (!dialog || dialog.open) {
    resolve(undefined);
    return;
  }

  const folded = items.map((item) => fold(item.text));
  let shown = [];
  let current = 0;
  let asked = 0;

  const point = (index) => {
    current = shown.length ? (index + shown.length) % shown.length : 0;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === current));
    const option = list.children[current];
    option?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option?.id ?? "");
  };

  const filter = async () => {
    const typed = input.value.trim();
    const words = fold(typed).split(/\s+/).filter(Boolean);
    const fitting = items.map((item, i) => ({ item, rank: rank(folded[i], words) })).filter((each) => each.rank !== null);
    shown = [...fitting.sort((a, b) => a.rank - b.rank).map((each) => each.item), ...(typed ? free(typed) : [])].slice(0, most);
    list.replaceChildren(...shown.map(({ text, hint }, i) => {
      const option = document.createElement("li");
      option.role = "option";
      option.id = `option-${i}`;
      option.dataset.index = i;
      option.append(Object.assign(document.createElement("span"), { textContent: text, dir: "auto" }));
      if (hint) {
        option.append(Object.assign(document.createElement("kbd"), { textContent: hint }));
      }

      return option;
    }));
    point(0);
    if (preview) {
      const mine = ++asked;
      const text = typed ? await preview(typed) : "";
      if (mine === asked) {
        said.textContent = text;
      }
    }
  };

  finish = (value) => {
    finish = null;
    input.oninput = input.onkeydown = list.onclick = null;
    dialog.close();
    focusBefore?.isConnected && focusBefore.focus({ preventScroll: true });
    resolve(value);
  };

  input.value = "";
  said.textContent = "";
  document.getElementById("chooser-title").textContent = label;
  input.placeholder = label;
  input.oninput = filter;
  input.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      point(current + step);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (shown[current]) {
        finish(shown[current].value);
      }
    }
  };
  list.onclick = ({ target }) => {
    const option = target.closest("[data-index]");
    if (option) {
      finish(shown[option.dataset.index].value);
    }
  };
  focusBefore = document.activeElement;
  dialog.showModal();
  filter();
  input.focus();
});

/** Begins to listen; called once. */
export const start = () => {
  // Escape, and a press beside it, choose nothing.
  document.addEventListener("close", ({ target }) => target.id === "chooser" && finish?.(undefined), true);
  document.addEventListener("click", ({ target, clientX: x, clientY: y }) => {
    const box = target.matches("dialog") && target.getBoundingClientRect();
    if (box && (x < box.left || x > box.right || y < box.top || y > box.bottom)) {
      target.close();
    }
  });
};
