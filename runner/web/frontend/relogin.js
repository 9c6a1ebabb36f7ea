// Where the session has ended, one signs in on top of the page: nothing that was typed leaves it. The page then gets the
// new session's mark in its forms, and keeps the draft that could not be kept.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const again = document.getElementById("again");
  if (detail.xhr.status === 401 && again && !again.open) again.showModal();
});
document.addEventListener("submit", async (event) => {
  if (!event.target.matches("#again form")) return;
  event.preventDefault();
  const form = event.target;
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const mark = fresh && fresh.querySelector("#work [name=csrf], main [name=csrf], [name=csrf]")?.value;
  form.querySelector("[role=alert]").hidden = Boolean(mark);
  if (!mark) return;
  for (const field of document.querySelectorAll("[name=csrf]")) field.value = mark;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": mark }));
  form.querySelector("[type=password]").value = "";
  document.getElementById("again").close();
  document.getElementById("draft")?.dispatchEvent(new CustomEvent("motcua:again"));
});
