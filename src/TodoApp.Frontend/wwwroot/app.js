// The pages work without this. It only tells the sign-up form the browser's time zone.
const fill = () => {
  const field = document.querySelector("[data-time-zone]");
  if (field) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
  }
};

fill();
globalThis.Blazor?.addEventListener("enhancedload", fill);
