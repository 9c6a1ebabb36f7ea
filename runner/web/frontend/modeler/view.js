// How the diagram is looked at: its first place and size, enlarging, the map, and the palette beside the canvas instead
// of on it, where it would hide what is drawn.
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
  const scale = page.querySelector("[data-scale]");
  const show = () => (scale.textContent = `${Math.round(canvas.zoom() * 100)}%`);
  modeler.on("canvas.viewbox.changed", show);
  show();
  const act = (name, deed) => page.querySelector(`[data-${name}]`).addEventListener("click", deed);
  act("smaller", () => canvas.zoom(canvas.zoom() / STEP, "auto"));
  act("larger", () => canvas.zoom(canvas.zoom() * STEP, "auto"));
  act("fit", () => canvas.zoom("fit-viewport", "auto"));
}

// The start event near the left, and above it a lane or two.
function begin(modeler, canvas) {
  const first = modeler.get("elementRegistry").find((each) => each.type === "bpmn:StartEvent" && !each.labelTarget);
  if (!first) return;
  canvas.zoom(BEGINNING);
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: first.x - width / 8, y: first.y - height / 3, width, height });
}
