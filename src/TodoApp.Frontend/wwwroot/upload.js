// Sends a form's file without leaving the page, so that the file stays chosen: first to check it, then to import it.
import { toast } from "./navigate.js";

const parts = ["side", "import-key", "import-outcome", "import-actions"];

const show = (html) => {
  const next = new DOMParser().parseFromString(html, "text/html");
  const fresh = parts.map((id) => next.getElementById(id));
  if (fresh.includes(null)) {
    return false;
  }

  parts.forEach((id, index) => globalThis.Idiomorph.morph(document.getElementById(id), fresh[index], { morphStyle: "outerHTML" }));
  const outcome = document.getElementById("import-outcome");
  outcome.focus({ preventScroll: true });
  outcome.scrollIntoView({ block: "nearest" });
  return true;
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-upload]") || !globalThis.Idiomorph) {
    return;
  }

  event.preventDefault();
  if (form.ariaBusy === "true") {
    return;
  }

  form.ariaBusy = "true";
  try {
    const url = event.submitter?.hasAttribute("formaction") ? event.submitter.formAction : form.action;
    const response = await fetch(url, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
    if (!show(await response.text())) {
      // Signed out, or the server is away: its page says so.
      location.assign(response.redirected ? response.url : location.href);
    }
  } catch {
    toast(JSON.parse(document.getElementById("texts").textContent).failed);
  } finally {
    form.ariaBusy = null;
  }
});
