// Everything on the page by the keyboard: F6 walks its frames, the palette and the pad of an element are buttons, what
// the palette creates is placed in the middle of the view, and the keys are listed by "?".
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import { say } from "../language/language.js";

const REACHABLE = "a[href], button, input, select, textarea, summary, [tabindex='0']";

export function keyboard(modeler, page) {
  const canvas = page.querySelector("[data-canvas]");
  named(modeler, canvas.querySelector("svg"));
  for (const place of [canvas, page.querySelector("[data-palette]")]) {
    if (!place) continue;
    buttons(place);
    new MutationObserver(() => buttons(place)).observe(place, { childList: true, subtree: true });
    place.addEventListener("keydown", (event) => press(modeler, event));
  }
  const help = document.querySelector("[data-keys]");
  for (const opener of document.querySelectorAll("[data-help]")) opener.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.key === "F6") walk(page, canvas, event);
    else if (event.key === "?" && !event.target.closest("input, textarea, select, [contenteditable]")) help.showModal();
  });
}

// The canvas says what it is and what is selected in it.
function named(modeler, svg) {
  svg.setAttribute("role", "application");
  const name = (elements) => elements.map((each) => getBusinessObject(each).name || each.id).join(", ");
  const tell = ({ newSelection = [] } = {}) =>
    svg.setAttribute(
      "aria-label",
      newSelection.length > 0 ? say("Khung vẽ sơ đồ, đang chọn: {what}", { what: name(newSelection) }) : say("Khung vẽ sơ đồ"),
    );
  modeler.on("selection.changed", tell);
  tell();
}

function buttons(place) {
  for (const entry of place.querySelectorAll(":is(.djs-palette, .djs-context-pad) .entry:not([tabindex])")) {
    entry.tabIndex = 0;
    entry.setAttribute("role", "button");
    if (!entry.hasAttribute("aria-label")) entry.setAttribute("aria-label", entry.title);
  }
}

function press(modeler, event) {
  const entry = event.target.closest(".entry[role=button]");
  if (!entry || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  event.stopPropagation();
  entry.click();
  place(modeler);
}

// What was picked by a key is put down in the middle of the view, into the innermost part of the diagram there.
function place(modeler) {
  const dragging = modeler.get("dragging", false);
  if (dragging?.context()?.prefix !== "create") return;
  const { x, y, width, height, scale } = modeler.get("canvas").viewbox();
  const at = { x: x + width / 2, y: y + height / 2 };
  const target = innermost(modeler, at);
  const { left, top } = modeler.get("canvas").getContainer().getBoundingClientRect();
  const event = new MouseEvent("mousemove", { clientX: left + (width * scale) / 2, clientY: top + (height * scale) / 2 });
  dragging.hover({ element: target, gfx: modeler.get("canvas").getGraphics(target) });
  dragging.move(event);
  dragging.end();
}

function innermost(modeler, { x, y }) {
  const holds = (each) => x > each.x && y > each.y && x < each.x + each.width && y < each.y + each.height;
  const open = (each) => ["bpmn:Participant", "bpmn:Lane"].some((type) => is(each, type)) || (is(each, "bpmn:SubProcess") && !each.collapsed);
  const around = modeler.get("elementRegistry").filter((each) => !each.waypoints && each.parent && open(each) && holds(each));
  const [smallest] = around.sort((one, other) => one.width * one.height - other.width * other.height);
  return smallest ?? modeler.get("canvas").getRootElement();
}

function walk(page, canvas, event) {
  event.preventDefault();
  const frames = [...document.querySelectorAll("nav.tabs"), ...page.querySelectorAll("[data-frame]")];
  const here = frames.findIndex((frame) => frame.contains(document.activeElement));
  const count = frames.length;
  for (let step = 1; step <= count; step += 1) {
    const frame = frames[(here + (event.shiftKey ? -step : step) + count * 2) % count];
    const first = frame === canvas ? canvas.querySelector("svg") : frame.querySelector(REACHABLE);
    if (first) return first.focus();
  }
}
