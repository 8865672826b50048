// Drags rows by their grips, with a mouse or a finger: to another place in a list, and to whatever says in data-drop what
// becomes of a task there ("list:…", "due:…"). The keys Alt+arrows, m and d do the same.
import { act, texts, toast } from "./navigate.js";
import { siblings } from "./keys.js";

const slack = 4;
const edge = 64;
const marks = ["drop-before", "drop-after", "drop-here"];

let drag = null;

const clear = () => document.querySelectorAll(marks.map((mark) => `.${mark}`).join()).forEach((element) => element.classList.remove(...marks));

/** What would happen if the row were dropped here; null for nothing. */
const find = (x, y) => {
  const under = document.elementFromPoint(x, y);
  const near = under?.closest("[data-task]");
  const all = siblings(drag.row);
  if (near && near !== drag.row && all.includes(near)) {
    const box = near.getBoundingClientRect();
    const isAfter = y > box.top + box.height / 2;

    // After a row means after its subtasks, which stand between it and the next one.
    return { element: near, mark: isAfter ? "drop-after" : "drop-before", kind: isAfter ? "after" : "before", value: near.dataset.task };
  }

  const place = under?.closest("[data-drop]");
  if (!place || place.contains(drag.row)) {
    return null;
  }

  const [kind, ...value] = place.dataset.drop.split(":");
  return { element: place, mark: "drop-here", kind, value: value.join(":") };
};

const follow = () => {
  drag.ghost.style.translate = `${drag.x + 12}px ${drag.y + 12}px`;
  clear();
  drag.target = find(drag.x, drag.y);
  drag.target?.element.classList.add(drag.target.mark);
};

const scroll = () => {
  if (drag?.ghost) {
    const by = drag.y < edge ? drag.y - edge : drag.y > innerHeight - edge ? drag.y - innerHeight + edge : 0;
    if (by) {
      scrollBy(0, by / 4);
      follow();
    }

    requestAnimationFrame(scroll);
  }
};

const begin = () => {
  const title = drag.row.querySelector(".title").textContent;
  const box = drag.row.querySelector(".pick");
  const checked = [...document.querySelectorAll(".pick:checked")].map((each) => each.value);
  drag.tasks = box?.checked ? checked : [drag.row.dataset.task];
  drag.ghost = document.createElement("div");
  drag.ghost.className = "ghost ours";
  drag.ghost.textContent = drag.tasks.length > 1 ? texts().selected.replace("{0}", drag.tasks.length) : title;
  document.body.append(drag.ghost);
  drag.row.classList.add("dragged");
  document.documentElement.dataset.dragging = "";
  toast(texts().dragging.replace("{0}", drag.ghost.textContent), "toast-drag");
  requestAnimationFrame(scroll);
};

const end = (drops) => {
  const { row, ghost, target, tasks, grip, pointer } = drag;
  drag = null;
  grip.releasePointerCapture?.(pointer);
  if (!ghost) {
    return;
  }

  clear();
  ghost.remove();
  row.classList.remove("dragged");
  delete document.documentElement.dataset.dragging;
  document.getElementById("toast-drag")?.remove();
  document.dispatchEvent(new CustomEvent("dropped"));
  if (!drops || !target) {
    toast(texts().cancelled);
    return;
  }

  // At once where it will be; the server's page has the last word.
  if (target.kind === "before") {
    target.element.before(row);
  } else if (target.kind === "after") {
    target.element.after(row);
  }

  act(target.kind, target.value, tasks);
};

/** Begins to listen; called once. */
export const start = () => {
  document.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (grip && event.button === 0 && !drag) {
      event.preventDefault();
      grip.setPointerCapture(event.pointerId);
      drag = { row: grip.closest("[data-task]"), grip, pointer: event.pointerId, x0: event.clientX, y0: event.clientY };
    }
  });
  document.addEventListener("pointermove", (event) => {
    if (drag?.pointer !== event.pointerId) {
      return;
    }

    drag.x = event.clientX;
    drag.y = event.clientY;
    if (!drag.ghost && Math.hypot(drag.x - drag.x0, drag.y - drag.y0) > slack) {
      begin();
    }

    if (drag.ghost) {
      follow();
    }
  });
  document.addEventListener("pointerup", (event) => drag?.pointer === event.pointerId && end(true));
  document.addEventListener("pointercancel", (event) => drag?.pointer === event.pointerId && end(false));
  document.addEventListener("keydown", (event) => {
    if (drag?.ghost && event.key === "Escape") {
      event.preventDefault();
      end(false);
    }
  });
};
