// The key "/" leads to the search box of the page, unless something is being typed.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const box = document.querySelector("form.find input");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});
