// What the server finds in the diagram: numbered in the list under the canvas, the number as a badge on the element.
// After a change the list says that it is being checked again, until the answer is there.
import { getBusinessObject } from "bpmn-js/lib/util/ModelUtil.js";
import { say } from "../language/language.js";
import { icon, element as made } from "./markup.js";
import { send } from "./request.js";

const SEVERITIES = {
  error: { sign: "error", look: "bad", badge: "late", name: (number) => say("Lỗi {number}", { number }) },
  warning: { sign: "warning", look: "care", badge: "soon", name: (number) => say("Cảnh báo {number}", { number }) },
};
const DEEDS = {
  turn: {
    name: () => say("Đảo chiều luồng"),
    act: (flow, modeling) => modeling.reconnect(flow, flow.target, flow.source, [...flow.waypoints].reverse()),
  },
  delete: {
    name: () => say("Xóa phần tử này"),
    act: (shape, modeling) => modeling.removeElements([shape]),
  },
  condition: {
    name: ({ text }) => say("Đổi thành {text}", { text: text.replace(/^=/, "") }),
    act: (flow, modeling, factory, { text }) =>
      modeling.updateProperties(flow, { conditionExpression: factory.create("bpmn:FormalExpression", { body: text }) }),
  },
};
const AGAIN = 5000; // milliseconds after which a check that nobody answered is asked again
const FAR = 0.6; // a smaller scale is enlarged when a finding is shown

export class Findings {
  // `pane` holds the list and its head; `address` answers a diagram with its findings.
  constructor(modeler, pane, address) {
    Object.assign(this, { modeler, pane, address, found: [], at: -1 });
    for (const name of ["canvas", "overlays", "elementRegistry", "selection"]) this[name] = modeler.get(name);
    this.list = pane.querySelector("ol");
    pane.querySelector("[data-previous]").addEventListener("click", () => this.step(-1));
    pane.querySelector("[data-next]").addEventListener("click", () => this.step(1));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "F8") return;
      event.preventDefault();
      this.step(event.shiftKey ? -1 : 1);
    });
    modeler.on("commandStack.changed", () => this.changed());
    modeler.on("selection.changed", ({ newSelection: [first] }) => this.mark(first));
  }

  // What is shown is old from now on. One check is under way at a time: it is followed by one of the newest diagram.
  changed() {
    this.since ??= performance.now();
    this.pane.setAttribute("aria-busy", "true");
    this.tell(say("đang kiểm lại…"));
    if (this.running) this.again = true;
    else this.check();
  }

  async check(xml) {
    this.running = true;
    clearTimeout(this.timer);
    const since = this.since ?? performance.now();
    this.since = undefined;
    try {
      this.show(await send(this.address, xml ?? (await this.modeler.saveXML({ format: true })).xml));
      performance.measure("findings", { start: since });
    } catch (error) {
      this.tell(error.status ? error.message : say("Chưa kiểm được: mất kết nối."));
      this.timer = setTimeout(() => this.running || this.check(), AGAIN);
    }
    this.running = false;
    if (this.again) {
      this.again = false;
      this.check();
    }
  }

  show({ findings, at, structure_only }) {
    this.found = findings.map((finding) => ({ ...finding, elements: this.elements(finding) }));
    this.at = -1;
    this.list.replaceChildren(...this.found.map((finding, index) => this.row(finding, index + 1)));
    this.badges();
    const count = (severity) => String(findings.filter((each) => each.severity === severity).length);
    this.pane.querySelector("[data-errors]").textContent = count("error");
    this.pane.querySelector("[data-warnings]").textContent = count("warning");
    this.pane.querySelector("[data-none]").hidden = findings.length > 0;
    this.pane.querySelector("[data-structure]").hidden = !structure_only;
    if (!this.again) {
      this.pane.removeAttribute("aria-busy");
      this.tell(say("kiểm lúc {at}", { at }));
    }
  }

  tell(text) {
    this.pane.querySelector("[data-state]").textContent = text;
  }

  // The elements of the canvas that a finding is about; what has no shape is shown at the shape that has it.
  elements({ element, others }) {
    const ids = [element, ...others.map((other) => other.element)].filter(Boolean);
    return [...new Set(ids.map((id) => this.shape(id)).filter(Boolean))];
  }

  shape(id) {
    const within = (bo) => [bo.processRef, ...(bo.eventDefinitions ?? [])].some((part) => part?.id === id);
    const holds = (each) => each.di?.id === id || within(getBusinessObject(each));
    return (
      this.elementRegistry.get(id) ?? this.elementRegistry.find((each) => each.parent && !each.labelTarget && holds(each))
    );
  }

  row(finding, number) {
    const { sign, look, name } = SEVERITIES[finding.severity];
    const [first, rest] = sentences(finding.message);
    const text = made("button", { type: "button", class: "plain finding" }, made("b", {}, `${number}. ${first}`), ` ${rest}`);
    text.addEventListener("click", () => this.go(number - 1));
    const more = finding.count > 1 ? say("Kéo theo {count} chỗ.", { count: finding.count - 1 }) : "";
    const facts = [this.place(finding), more].filter(Boolean).map((fact) => ` · ${fact}`);
    return made(
      "li",
      {},
      made("span", { class: look }, icon(sign, name(number))),
      made("div", {}, text, made("small", {}, this.rule(finding), ...facts)),
      this.deed(finding),
    );
  }

  // The rule with the page that explains it; that a file cannot be used at all has none.
  rule({ rule, help }) {
    const name = say("quy tắc {rule}", { rule });
    return help ? made("a", { href: help, target: "_blank", rel: "noopener" }, name) : name;
  }

  // Where a finding is that the canvas cannot show.
  place({ elements, file, line }) {
    if (elements.length > 0) return "";
    return line ? say("{file}, dòng {line}", { file, line }) : file;
  }

  // What mends a finding in one act, or where it can be mended.
  deed({ page, deed, elements: [shape] }) {
    if (page) return made("a", { class: "btn small alt", href: page }, say("Mở tệp"));
    const modeling = this.modeler.get("modeling", false);
    const known = modeling && shape && deed && DEEDS[deed.kind];
    if (!known) return made("span");
    const button = made("button", { type: "button", class: "small alt" }, known.name(deed));
    button.addEventListener("click", () => known.act(shape, modeling, this.modeler.get("bpmnFactory"), deed));
    return button;
  }

  badges() {
    this.overlays.remove({ type: "finding" });
    const numbers = new Map();
    this.found.forEach((finding, index) => {
      for (const each of finding.elements) numbers.set(each, [...(numbers.get(each) ?? []), index]);
    });
    for (const [shape, [first, ...more]] of numbers) {
      const { badge, name } = SEVERITIES[this.found[first].severity];
      const title = [first, ...more].map((index) => `${name(index + 1)}: ${this.found[index].message}`).join("\n");
      const label = `${first + 1}${more.length > 0 ? "+" : ""}`;
      const html = made("button", { type: "button", class: `badge ${badge}`, title, tabindex: "-1" }, label);
      html.addEventListener("click", () => this.go(first, shape));
      this.overlays.add(shape, "finding", { position: position(shape), html, scale: false, show: { minZoom: 0 } });
    }
  }

  step(by) {
    const count = this.found.length;
    if (count > 0) this.go((Math.max(this.at, by > 0 ? -1 : 0) + by + count) % count);
  }

  // Shows a finding: its row, and its element selected in sight.
  go(index, shape = this.found[index].elements[0]) {
    this.at = index;
    this.point();
    this.lead(shape);
  }

  // Selects an element in sight; other pages name one by the fragment of the address.
  lead(shape) {
    if (!shape) return;
    this.selection.select(shape);
    if (this.canvas.zoom() < FAR) this.canvas.zoom(1, middle(shape));
    this.canvas.scrollToElement(shape, 80);
  }

  // The row of what is selected on the canvas.
  mark(shape) {
    if (this.found[this.at]?.elements.includes(shape)) return;
    this.at = this.found.findIndex(({ elements }) => elements.includes(shape));
    this.point();
  }

  point() {
    [...this.list.children].forEach((row, at) => {
      if (at === this.at) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    });
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }
}

// The first sentence, which is read alone, and the others; a full stop between quotation marks ends none.
function sentences(message) {
  const [first] = /^(?:“[^”]*”|[^“.]|\.(?! ))*\.?/u.exec(message);
  return [first, message.slice(first.length).trim()];
}

const middle = ({ x, y, width, height, waypoints }) =>
  waypoints ? waypoints[Math.floor(waypoints.length / 2)] : { x: x + width / 2, y: y + height / 2 };

// The corner of an activity; on a gateway or an event the side where no label stands; the middle of a flow.
function position(shape) {
  if (shape.waypoints) {
    const [from, to] = shape.waypoints.slice(Math.floor((shape.waypoints.length - 1) / 2));
    const [left, top] = ["x", "y"].map((axis) => Math.min(...shape.waypoints.map((point) => point[axis])));
    return { left: (from.x + to.x) / 2 - left - 11, top: (from.y + to.y) / 2 - top - 11 };
  }
  if (!shape.label) return { top: -11, left: -11 };
  const above = shape.label.y + shape.label.height / 2 < shape.y + shape.height / 2;
  const left = shape.label.x + shape.label.width / 2 > shape.x + shape.width / 2;
  return { ...(above ? { bottom: 6 } : { top: -11 }), ...(left ? { left: -11 } : { right: 6 }) };
}
