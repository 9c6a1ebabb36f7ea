// Hides the parts of a form that a choice makes superfluous. The server says which, each time it keeps the draft.
document.addEventListener("motcua:hidden", ({ detail }) => {
  for (const part of document.querySelectorAll("[data-conditional]")) {
    part.toggleAttribute("data-hidden", detail.value.includes(part.id));
  }
});
// A draft that could not be kept must never cost the page that it was typed into.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt } = detail.requestConfig;
  if (elt.id === "draft" && detail.xhr.status >= 400) {
    detail.shouldSwap = false;
    elt.textContent = elt.dataset.failed;
  }
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (detail.elt.id === "draft") detail.elt.textContent = detail.elt.dataset.failed;
});
