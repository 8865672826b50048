// The pages work without scripts. These make them quicker: each module adds one thing to what the server has written.
import "./board.js";
import "./copy.js";
import "./upload.js";
import * as navigate from "./navigate.js";
import * as choose from "./choose.js";
import * as drag from "./drag.js";
import * as keys from "./keys.js";
import * as live from "./live.js";
import * as quickAdd from "./quick-add.js";

// The sign-up form tells the browser's time zone.
const fill = () => {
  const field = document.querySelector("[data-time-zone]");
  if (field) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
};

fill();
document.addEventListener("page", fill);
for (const module of [navigate, choose, quickAdd, keys, drag, live]) {
  module.start();
}
