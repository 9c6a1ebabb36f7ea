// The diagram on which a case is shown: states as colours of its elements, signs and tags as overlays.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";
import { enlarging } from "../modeler/view.js";
import { element as made } from "../modeler/markup.js";

const COLOURS = {
  done: ["var(--good)", "var(--good-ground)"],
  current: ["var(--accent)", "var(--accent-ground)"],
  taken: ["var(--accent)", "var(--accent-ground)"],
  late: ["var(--late)", "var(--late-ground)"],
};
const READABLE = 0.6; // a smaller scale is enlarged to look at the place of a case
const NEAR = 0.85;

export class Picture {
  // `address` answers a version's diagram, as `page` shows it.
  constructor(page, address) {
    this.address = address;
    this.viewer = new NavigatedViewer({
      container: page.querySelector("[data-canvas]"),
      bpmnRenderer: { defaultFillColor: "var(--node)", defaultStrokeColor: "var(--node-line)" },
    });
    for (const name of ["canvas", "overlays", "elementRegistry", "graphicsFactory"]) this[name] = this.viewer.get(name);
    this.page = page;
    this.near = true;
    this.shown = new Map();
  }

  async draw(told) {
    await this.open(told.version);
    this.paint(told.states);
    this.overlays.clear();
    for (const [id, sign] of Object.entries(told.signs)) this.sign(id, told.states[id], ...sign);
    this.here = told.here;
    this.look();
  }

  // Another version has a diagram of its own.
  async open(version) {
    if (this.version === version) return;
    const answer = await fetch(`${this.address}${this.address.includes("?") ? "&" : "?"}version=${version}`);
    if (!answer.ok) throw new Error(answer.statusText);
    await this.viewer.importXML(await answer.text());
    this.shown.clear();
    if (this.version === undefined) {
      enlarging(this.viewer, this.page);
      new ResizeObserver(() => this.canvas.resized()).observe(this.canvas.getContainer());
    }
    this.version = version;
    this.canvas.resized();
    this.canvas.zoom("fit-viewport", "auto");
  }

  paint(states) {
    for (const id of new Set([...this.shown.keys(), ...Object.keys(states)])) {
      const [before, state] = [this.shown.get(id), states[id]];
      const drawn = this.elementRegistry.get(id);
      if (!drawn || before === state) continue;
      if (before) this.canvas.removeMarker(id, `state-${before}`);
      if (state) this.canvas.addMarker(id, `state-${state}`);
      // The renderer colours arrowheads with their lines, which a style sheet cannot.
      const [stroke, fill] = COLOURS[state] ?? [];
      drawn.di.set("bioc:stroke", stroke);
      drawn.di.set("bioc:fill", drawn.waypoints ? undefined : fill);
      const kind = drawn.waypoints ? "connection" : "shape";
      this.graphicsFactory.update(kind, drawn, this.elementRegistry.getGraphics(drawn));
      if (state) this.shown.set(id, state);
      else this.shown.delete(id);
    }
  }

  sign(id, state, letters, title, tag) {
    const drawn = this.elementRegistry.get(id);
    if (!drawn || !drawn.parent) return;
    const inset = /Gateway$/.test(drawn.type) ? drawn.width / 4 : 0;
    const html = made("div", { class: `badge ${state}`, title }, letters);
    if (letters) this.overlays.add(id, { position: { top: inset - 11, left: inset - 11 }, html });
    const words = made("div", { class: "tag" }, tag);
    if (tag) this.overlays.add(id, { position: { top: -34, left: drawn.width / 2 }, html: words });
  }

  // The place of the case comes into sight, unless all of the diagram is looked at.
  look() {
    if (!this.near) {
      this.canvas.zoom("fit-viewport", "auto");
      return;
    }
    const found = (this.here ?? []).map((id) => this.elementRegistry.get(id)).find((each) => each?.width);
    if (!found) return;
    if (this.canvas.zoom() < READABLE) this.canvas.zoom(NEAR);
    const { x, y, width, height } = this.canvas.viewbox();
    const [left, top] = [found.x + found.width / 2 - x, found.y + found.height / 2 - y];
    if (left > width / 5 && left < (width * 4) / 5 && top > height / 4 && top < (height * 3) / 4) return;
    this.canvas.viewbox({ x: x + left - width / 2, y: y + top - height / 2, width, height });
  }
}
