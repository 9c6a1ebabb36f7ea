// The menus, the palette and the context pad offer what the runner runs: an allow-list, from the linter's own.
import { PopupEntries } from "bpmn-js/lib/features/popup-menu/PopupEntries.js";
import { is } from "bpmn-js/lib/util/ModelUtil.js";
import { say } from "../language/language.js";
import { bare } from "./contract.js";

const LAST = 100; // after all providers of the libraries
const MENUS = ["bpmn-create", "bpmn-append", "bpmn-replace"];

// Names of entries that the catalogue of the library has under another.
const ALIAS = {
  "none-start": "none-start-event",
  "none-end": "none-end-event",
  "none-intermediate-throw": "none-intermediate-throwing",
  subprocess: "expanded-subprocess",
  "ad-hoc-subprocess": "expanded-ad-hoc-subprocess",
};
const FLOWS = ["replace-with-sequence-flow", "replace-with-default-flow"];
const PALETTE = {
  "create.data-object": "dataObjectReference",
  "create.data-store": "dataStoreReference",
  "create.group": "group",
};
const PAD = {
  "append.receive-task": ["receiveTask"],
  "append.condition-intermediate-event": ["intermediateCatchEvent", "conditionalEventDefinition"],
  "append.signal-intermediate-event": ["intermediateCatchEvent", "signalEventDefinition"],
  "append.compensation-activity": ["task"],
};
const HEADERS = {
  "toggle-parallel-mi": "multiInstanceLoopCharacteristics",
  "toggle-sequential-mi": "multiInstanceLoopCharacteristics",
  "toggle-loop": "standardLoopCharacteristics",
  "toggle-participant-multiplicity": "participantMultiplicity",
};

export class Menus {
  constructor(popupMenu, palette, contextPad, elementFactory, create, autoPlace, limits, choices) {
    Object.assign(this, { elementFactory, create, autoPlace, limits, elements: choices.elements });
    for (const menu of MENUS) popupMenu.registerProvider(menu, LAST, this);
    palette.registerProvider(LAST, this);
    contextPad.registerProvider(LAST, this);
  }

  // Whether the runner runs such an element, with such an event in it.
  runs(name, inside) {
    return name in this.elements && (!inside || this.elements[name].includes(inside));
  }

  offers(id) {
    if (FLOWS.includes(id)) return true;
    const name = id.replace(/^(?:(?:create|append)-)?(?:replace-with-)?/, "");
    const target = PopupEntries[ALIAS[name] ?? name]?.target;
    if (!target || (bare(target.type) === "subProcess" && target.isExpanded === false)) return false;
    if (target.type === "bpmn:BoundaryEvent" && !target.eventDefinitionType) return false;
    // Beside the main flow nothing may interrupt it: what starts an event sub-process waits for a moment or a message.
    if (target.type === "bpmn:StartEvent" && target.eventDefinitionType && target.isInterrupting !== false) return false;
    return this.runs(bare(target.type), target.eventDefinitionType && bare(target.eventDefinitionType));
  }

  getPopupMenuEntries() {
    return (entries) => Object.fromEntries(Object.entries(entries).filter(([id]) => this.offers(id)));
  }

  getPopupMenuHeaderEntries() {
    return (entries) =>
      Object.fromEntries(Object.entries(entries).filter(([id]) => !(id in HEADERS) || this.runs(HEADERS[id])));
  }

  getPaletteEntries() {
    return (entries) => {
      const kept = Object.entries(entries).filter(([id]) => !(id in PALETTE) || this.runs(PALETTE[id]));
      return Object.fromEntries(kept.map(([id, entry]) => [id, id === "create.task" ? this.#userTask(entry) : entry]));
    };
  }

  // A task without a kind is nobody's: a person's task in its place.
  #userTask(entry) {
    const start = (event) => this.create.start(event, this.elementFactory.createShape({ type: "bpmn:UserTask" }));
    const action = { click: start, dragstart: start };
    return { ...entry, className: "bpmn-icon-user-task", title: say("Thêm việc của người"), action };
  }

  getContextPadEntries(element) {
    return (entries) => {
      const { "append.append-task": task, ...others } = entries;
      const kept = Object.entries(others).filter(([id]) => !(id in PAD) || this.runs(...PAD[id]));
      return { ...Object.fromEntries(kept), ...(task && this.#append(task)), ...this.#limit(element) };
    };
  }

  #append(entry) {
    const shape = () => this.elementFactory.createShape({ type: "bpmn:UserTask" });
    const action = {
      click: (_, source) => this.autoPlace.append(source, shape()),
      dragstart: (event, source) => this.create.start(event, shape(), { source }),
    };
    const title = say("Nối tiếp việc của người");
    return { "append.user-task": { ...entry, className: "bpmn-icon-user-task", title, action } };
  }

  #limit(element) {
    if (!is(element, "bpmn:UserTask") || element.labelTarget || this.limits.of(element)) return {};
    const days = this.limits.step(element)?.days ?? "1";
    return {
      limit: {
        group: "model",
        className: "bpmn-icon-intermediate-event-catch-non-interrupting-timer",
        title: say("Gắn thời hạn"),
        action: { click: () => this.limits.set(element, days) },
      },
    };
  }
}
Menus.$inject = [
  "popupMenu",
  "palette",
  "contextPad",
  "elementFactory",
  "create",
  "autoPlace",
  "limits",
  "choices",
];
