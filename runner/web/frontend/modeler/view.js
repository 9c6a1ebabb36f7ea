// How the diagram is looked at: its first place and size, enlarging, the map, the names of lanes whose own are out of
// sight, and the palette beside the canvas instead of on it, where it would hide what is drawn.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import { element as made } from "./markup.js";

const READABLE = 0.5; // a smaller scale shows the beginning of the diagram instead of the whole
const BEGINNING = 0.8;
const STEP = 1.2;

export function arrange(modeler, page) {
  const canvas = modeler.get("canvas");
  const palette = page.querySelector(".djs-palette");
  if (palette) page.querySelector("[data-palette]").append(palette);
  new ResizeObserver(() => canvas.resized()).observe(canvas.getContainer());
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() < READABLE) {
    begin(modeler, canvas);
    modeler.get("minimap").open();
  }
  enlarging(modeler, page);
  page.querySelector("[data-fit]").addEventListener("click", () => canvas.zoom("fit-viewport", "auto"));
}

// The buttons that enlarge, the scale beside them, and the names of the lanes.
export function enlarging(viewer, page) {
  const canvas = viewer.get("canvas");
  const scale = page.querySelector("[data-scale]");
  const show = () => {
    scale.textContent = `${Math.round(canvas.zoom() * 100)}%`;
    lanes(viewer, page.querySelector("[data-gutter]"));
  };
  viewer.on(["canvas.viewbox.changed", "elements.changed", "import.done"], show);
  show();
  const act = (name, deed) => page.querySelector(`[data-${name}]`).addEventListener("click", deed);
  act("smaller", () => canvas.zoom(canvas.zoom() / STEP, "auto"));
  act("larger", () => canvas.zoom(canvas.zoom() * STEP, "auto"));
}

// The lanes in sight at the left edge, as soon as the strip with their own name is not.
function lanes(modeler, gutter) {
  const all = modeler.get("elementRegistry").filter((each) => is(each, "bpmn:Lane") && each.parent);
  const { x, y, height, scale } = modeler.get("canvas").viewbox();
  const within = all.filter((lane) => lane.x < x && lane.y < y + height && lane.y + lane.height > y && lane.x + lane.width > x);
  const names = within.map((lane) => {
    const top = Math.max(lane.y, y);
    const bottom = Math.min(lane.y + lane.height, y + height);
    const name = made("span", {}, getBusinessObject(lane).name ?? "");
    name.style.top = `${(top - y) * scale}px`;
    name.style.height = `${(bottom - top) * scale}px`;
    return name;
  });
  gutter.replaceChildren(...names);
}

// The start event near the left, and above it a lane or two.
function begin(modeler, canvas) {
  const first = modeler.get("elementRegistry").find((each) => each.type === "bpmn:StartEvent" && !each.labelTarget);
  if (!first) return;
  canvas.zoom(BEGINNING);
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: first.x - width / 8, y: first.y - height / 3, width, height });
}
