// Cards of a board or a calendar are dragged to another column or day. What is dropped goes out as the form #drop, so the server
// decides as it does for the form in each card, which is the way by keyboard.
import { act, send } from "./navigate.js";

const FAR = 6; // Pixels until a press is a drag.
const LONG = 350; // Milliseconds until a finger that rests picks the card up instead of scrolling.
const EDGE = 48; // Pixels from a board's side where it scrolls by itself.

let held = null; // What is pressed or dragged: {card, place, x, y, dx, dy, flying, timer, over}.

const placeOf = (element) => element?.closest?.("[data-drop]") ?? null;

const release = () => {
  if (!held) {
    return;
  }

  clearTimeout(held.timer);
  held.flying?.remove();
  held.card.classList.remove("held");
  held.over?.classList.remove("over");
  document.documentElement.classList.remove("dragging");
  held = null;
};

const pickUp = () => {
  const box = held.card.getBoundingClientRect();
  held.dx = held.x - box.left;
  held.dy = held.y - box.top;
  // Outside of the body, which is merged when the page is read again.
  held.flying = held.card.cloneNode(true);
  held.flying.removeAttribute("id");
  held.flying.setAttribute("aria-hidden", "true");
  held.flying.classList.add("flying");
  held.flying.style.width = `${box.width}px`;
  document.documentElement.append(held.flying);
  held.card.classList.add("held");
  document.documentElement.classList.add("dragging");
  getSelection()?.removeAllRanges();
};

const move = ({ clientX, clientY }) => {
  held.flying.style.transform = `translate(${clientX - held.dx}px, ${clientY - held.dy}px)`;
  const over = placeOf(document.elementFromPoint(clientX, clientY));
  if (over !== held.over) {
    held.over?.classList.remove("over");
    held.over = over;
    over?.classList.toggle("over", over !== held.place);
  }

  const board = document.querySelector(".board");
  if (board) {
    const box = board.getBoundingClientRect();
    board.scrollBy(clientX > box.right - EDGE ? 12 : clientX < box.left + EDGE ? -12 : 0, 0);
  }
};

const drop = () => {
  const { card, place, over } = held;
  const form = document.getElementById("drop");
  release();
  if (!over || over === place) {
    return;
  }

  // A place of every page, beside the board: a list, a label, today.
  if (!over.dataset.kind) {
    const [change, ...value] = over.dataset.drop.split(":");
    act(change, value.join(":"), [card.dataset.task]);
    return;
  }

  if (!form) {
    return;
  }

  form.action = `/tasks/${card.dataset.task}/place`;
  form.elements.kind.value = over.dataset.kind;
  form.elements.value.value = over.dataset.drop;
  form.elements.from.value = card.dataset.from ?? "";
  // At once where it was put; the answer puts it into its order, or back.
  over.querySelector("[data-cards]")?.append(card);
  form.dispatchEvent(new CustomEvent("sending", { bubbles: true }));
  send(form);
};

const onDown = (event) => {
  const card = event.target.closest?.("[data-card]");
  if (held || !card || event.button !== 0 || !event.isPrimary || event.target.closest("button, input, select, form.place")) {
    return;
  }

  held = { card, place: placeOf(card), x: event.clientX, y: event.clientY };
  if (event.pointerType === "touch") {
    held.timer = setTimeout(pickUp, LONG);
  }
};

const onMove = (event) => {
  if (!held || !event.isPrimary) {
    return;
  }

  if (!held.flying && Math.hypot(event.clientX - held.x, event.clientY - held.y) > FAR) {
    if (event.pointerType === "touch") {
      release(); // It scrolls.
      return;
    }

    pickUp();
  }

  if (held.flying) {
    move(event);
  }
};

const onUp = (event) => {
  if (!held || !event.isPrimary) {
    return;
  }

  if (!held.flying) {
    release();
    return;
  }

  // The press that ends a drag follows no link.
  const stop = (click) => {
    click.preventDefault();
    click.stopPropagation();
  };
  addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", stop, { capture: true }));
  drop();
};

document.addEventListener("pointerdown", onDown);
document.addEventListener("pointermove", onMove);
document.addEventListener("pointerup", onUp);
document.addEventListener("pointercancel", release);
document.addEventListener("dragstart", (event) => held && event.preventDefault());
document.addEventListener("contextmenu", (event) => held?.flying && event.preventDefault());
document.addEventListener("touchmove", (event) => held?.flying && event.preventDefault(), { passive: false });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && held?.flying) {
    event.stopPropagation();
    release();
  }
});

// Who opens a card's form goes on in its field; who moved a card by it goes on at that card.
let moved = null;
document.addEventListener("sending", ({ target }) => {
  moved = target.matches("form.place") ? target.closest("[data-card]")?.dataset.task : null; // Lists are ordered by such forms too.
  if (target.matches("[data-card] > [data-complete]")) {
    target.parentElement.classList.add("done");
  }
});
document.addEventListener("settled", ({ detail }) => {
  if (!detail.ok) {
    document.querySelectorAll("[data-card].done").forEach((card) => card.classList.remove("done"));
  }
});
document.addEventListener("page", ({ detail }) => {
  const next = (detail.moves ? document.querySelector("[data-focus]") : null) ?? (moved && document.querySelector(`[data-card][data-task="${moved}"] .title`));
  moved = null;
  next?.focus();
});
