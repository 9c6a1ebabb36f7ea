// Our own rendering of the form, in which sample answers are tried. The server renders and checks; what is typed stays
// when the form changes.
export function keepSample(container) {
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
  const form = () => container.querySelector("form");
  let asked = null;

  // What was asked last is asked again with every change.
  function typed(button = asked) {
    const data = form() ? new FormData(form()) : new FormData();
    if (button?.name) data.set(button.name, button.value);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  async function ask(button) {
    const response = await fetch(form().action, { method: "POST", body: typed(button), headers });
    return response.ok ? response.text() : "";
  }

  container.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (/^_(check|try)$/.test(event.submitter?.name)) asked = event.submitter;
    const markup = await ask(event.submitter);
    if (markup) container.innerHTML = markup;
    container.querySelector("[autofocus]")?.focus();
  });

  // A choice may hide and show what stands below it.
  container.addEventListener("change", async () => {
    const markup = await ask(null);
    const fresh = new DOMParser().parseFromString(markup, "text/html");
    for (const part of container.querySelectorAll("[data-conditional]"))
      part.toggleAttribute("data-hidden", fresh.getElementById(part.id)?.hasAttribute("data-hidden") ?? false);
  });

  return {
    typed: () => typed(),
    show: (markup) => {
      if (!container.contains(document.activeElement)) container.innerHTML = markup;
    },
  };
}
