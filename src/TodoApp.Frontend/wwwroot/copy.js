// Buttons that copy what stands beside them. Without a script they are not shown, and the text can be selected.

const copy = async (element) => {
  const text = element.textContent;
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }

  // Over plain http browsers have only the old way.
  getSelection().selectAllChildren(element);
  document.execCommand("copy");
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  const element = button && document.getElementById(button.dataset.copy);
  if (!element) {
    return;
  }

  try {
    await copy(element);
  } catch {
    getSelection().selectAllChildren(element);
    return;
  }

  // The label says it to eyes and, as a live region, to screen readers.
  button.dataset.text ??= button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => {
    button.textContent = button.dataset.text;
  }, 2000);
});
