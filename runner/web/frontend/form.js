// Hides the parts of a form that a choice makes superfluous. The server says which, each time it keeps the draft.
document.addEventListener("motcua:hidden", ({ detail }) => {
  for (const part of document.querySelectorAll("[data-conditional]")) {
    part.toggleAttribute("data-hidden", detail.value.includes(part.id));
  }
});
// A draft or a file that could not be kept must never cost the page that it was typed into.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt } = detail.requestConfig;
  if (keeps(elt) && detail.xhr.status >= 400) {
    detail.shouldSwap = false;
    failed(elt);
  }
});
document.addEventListener("htmx:sendError", ({ detail }) => {
  if (keeps(detail.elt)) failed(detail.elt);
});
const keeps = (elt) => elt.id === "draft" || elt.type === "file";
function failed(elt) {
  if (elt.id === "draft") elt.textContent = elt.dataset.failed;
  else refuse(elt, elt.dataset.failed);
}

// A file is sent as soon as it is chosen, so that a long form never waits for it. Nobody else is to see this change:
// what keeps the draft would send the name of the file in place of the file.
document.addEventListener(
  "change",
  (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    event.stopImmediatePropagation();
    if (input.files.length === 0) return;
    if ([...input.files].some((file) => file.size > input.dataset.largest)) refuse(input, input.dataset.tooLarge);
    else input.dispatchEvent(new CustomEvent("motcua:chosen"));
  },
  true,
);
document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const bar = target.closest(".files")?.querySelector("progress");
  if (!bar || !detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = detail.loaded / detail.total;
});
function refuse(input, sentence) {
  const field = input.closest(".files");
  const output = field.querySelector("[role=status]");
  output.textContent = sentence;
  output.hidden = false;
  field.querySelector("progress").hidden = true;
  input.value = "";
}
// Once the form is on its way, a draft that was still to be kept would only come too late.
let sent = false;
document.addEventListener("submit", ({ target }) => (sent ||= target.id === "work"));
document.addEventListener("htmx:beforeRequest", (event) => {
  if (sent && event.detail.elt.id === "draft") event.preventDefault();
});
window.addEventListener("pageshow", () => (sent = false));
