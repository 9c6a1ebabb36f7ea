// The list of tasks by keys (j and k down and up, x chooses, enter follows the link as ever), and kept fresh by itself.
const FRESH = 60_000;
const TYPING = "input:not([type=checkbox]), select, textarea, [contenteditable]";
const list = () => document.getElementById("work");
const links = () => [...document.querySelectorAll("#work table.tasks tbody a[id]")];

document.addEventListener("keydown", (event) => {
  if (!"jkx".includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = links();
  const at = document.activeElement;
  if (all.length === 0 || at?.closest(TYPING)) return;
  const here = all.findIndex((link) => link.closest("tr").contains(at));
  if (event.key === "x") {
    const box = all[here]?.closest("tr").querySelector("input[type=checkbox]");
    box?.click();
    if (box) event.preventDefault();
    return;
  }
  const next = all[Math.min(all.length - 1, Math.max(0, here + (event.key === "j" ? 1 : -1)))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  event.preventDefault();
});

// Nobody's choice, typing or open menu is swept away; a page in the background does not ask.
setInterval(() => {
  const work = list();
  if (!work?.hasAttribute("data-live") || document.hidden) return;
  const busy = work.querySelector("tbody input:checked, details[open]") || document.activeElement?.closest(`#work :is(${TYPING})`);
  if (!busy) work.dispatchEvent(new Event("motcua:live"));
}, FRESH);
// An answer that is no list (signed out, a fault) leaves the one that stands there.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.requestConfig?.elt?.id === "work" && !detail.xhr.responseText.includes('id="work"')) detail.shouldSwap = false;
});
