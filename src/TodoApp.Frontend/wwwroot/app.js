// The pages work without scripts. These make them quicker: each module adds one thing to what the server has written.
import "./board.js";
import "./copy.js";
import { start } from "./navigate.js";
import "./upload.js";

// The sign-up form tells the browser's time zone.
const fill = () => {
  const field = document.querySelector("[data-time-zone]");
  if (field) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
};

fill();
document.addEventListener("page", fill);
start();
