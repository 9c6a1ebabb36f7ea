// What a trial gains where scripts run: the picture stands where the case does, keys, and a trial that a reload lost.
const KEYS = { ".": ".", w: "w", W: "w", Backspace: "Backspace" };

const HERE = ["changed", "late", "current", "missed", "done"].map((state) => `g.state-${state}:not(.overlay, .sequenceFlow)`);

function arrive() {
  for (const canvas of document.querySelectorAll(".canvas.scrolled")) {
    const here = [...HERE, "g.startEvent"].map((each) => canvas.querySelector(each)).find(Boolean);
    if (!here) continue;
    const inner = here.getBoundingClientRect();
    const outer = canvas.getBoundingClientRect();
    canvas.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
    canvas.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
  }
  keep();
}

// The page carries the trial. Its copy in the browser's own memory is for the one who loads the page anew.
function keep() {
  const form = document.getElementById("trial");
  if (!form) return;
  const place = `trial ${form.action}`;
  const script = form.querySelector("[name=_script]");
  const resume = form.querySelector(".resume");
  if (!resume) sessionStorage.setItem(place, script.value);
  else if (sessionStorage.getItem(place)) {
    script.value = sessionStorage.getItem(place);
    script.disabled = false;
    resume.hidden = false;
  }
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  const key = event.key === "Enter" && (event.ctrlKey || event.metaKey) ? "Ctrl+Enter" : typing ? "" : KEYS[event.key];
  if (!key || (key !== "Ctrl+Enter" && (event.ctrlKey || event.metaKey || event.altKey))) return;
  const button = document.querySelector(`[data-key="${key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
// htmx knows the buttons inside a form only; most of this one's stand outside and name it.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  const button = detail.triggeringEvent?.submitter;
  if (detail.elt.id === "trial" && button?.name) detail.parameters[button.name] = button.value;
});
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.requestConfig?.elt.id === "trial") arrive();
});
arrive();
