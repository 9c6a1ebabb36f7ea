// What a diagram may say to the runner, read from the elements and written to them: one act of a person, one undo.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";

const PROPERTIES = "camunda:Properties";
const NAME = /^[A-Za-z_][\w.-]*$/;

// Runs what `act` does as one step of undo and redo.
class Act {
  preExecute({ act }) {
    act();
  }
}

const lists = (holder) => holder.get("extensionElements")?.get("values") ?? [];
const properties = (holder) => lists(holder).find((each) => is(each, PROPERTIES));

function adopt(child, parent) {
  child.$parent = parent;
  for (const each of child.get("values") ?? []) adopt(each, child);
}

export class Contract {
  constructor(modeling, bpmnFactory, elementRegistry, canvas, commandStack, moddle, choices) {
    Object.assign(this, { modeling, bpmnFactory, elementRegistry, canvas, commandStack, moddle, choices });
    commandStack.registerHandler("contract.act", Act);
  }

  together(act) {
    this.commandStack.execute("contract.act", { act });
  }

  // Attributes with the value "" are taken away, so that none stands empty in the file.
  set(element, attributes, holder = getBusinessObject(element)) {
    const entries = Object.entries(attributes).map(([name, value]) => [name, value === "" ? undefined : value]);
    const written = Object.fromEntries(entries);
    if (holder === getBusinessObject(element)) this.modeling.updateProperties(element, written);
    else this.modeling.updateModdleProperties(element, holder, written);
  }

  // `holder` is what has the property: the element's own object, of a pool the process that it shows.
  property(element, name, holder = getBusinessObject(element)) {
    const found = properties(holder)?.get("values") ?? [];
    return found.find((each) => each.name === name)?.value ?? "";
  }

  setProperty(element, name, value, holder = getBusinessObject(element)) {
    const made = value === "" ? [] : [this.bpmnFactory.create("camunda:Property", { name, value })];
    const found = properties(holder)?.get("values") ?? [];
    const place = found.findIndex((each) => each.name === name);
    const entries = place < 0 ? [...found, ...made] : [...found.slice(0, place), ...made, ...found.slice(place + 1)];
    const others = lists(holder).filter((each) => !is(each, PROPERTIES));
    const own = entries.length ? [this.bpmnFactory.create(PROPERTIES, { values: entries })] : [];
    const values = [...others, ...own];
    const extensionElements = values.length ? this.bpmnFactory.create("bpmn:ExtensionElements", { values }) : undefined;
    if (extensionElements) adopt(extensionElements, holder);
    this.set(element, { extensionElements }, holder);
  }

  // Whether the runner reads the property `name` of such an element.
  allows(bo, name) {
    return (this.choices.properties[xmlName(bo)] ?? []).includes(name);
  }

  // An expression as it is written in the file; none for "".
  expression(text, holder) {
    if (text === "") return undefined;
    const body = this.bpmnFactory.create("bpmn:FormalExpression", { body: text });
    body.$parent = holder;
    return body;
  }

  documentation(element) {
    return getBusinessObject(element).get("documentation")[0]?.text ?? "";
  }

  setDocumentation(element, text) {
    const bo = getBusinessObject(element);
    const [, ...others] = bo.get("documentation");
    const first = text === "" ? [] : [this.bpmnFactory.create("bpmn:Documentation", { text })];
    for (const each of first) each.$parent = bo;
    this.set(element, { documentation: [...first, ...others] });
  }

  // What is wrong with `id` as the new id of the element: "form", "taken" or nothing.
  idFault(element, id) {
    if (!NAME.test(id)) return "form";
    const owner = this.moddle.ids.assigned(id);
    return owner && owner !== getBusinessObject(element) ? "taken" : undefined;
  }

  all(type) {
    return this.elementRegistry.filter((element) => element.type === type && !element.labelTarget);
  }

  tasksOf(step) {
    return step ? this.all("bpmn:UserTask").filter((task) => this.property(task, "step") === step) : [];
  }

  // The lane in which an element is drawn, the innermost; none in a sub-process.
  laneOf(element) {
    const bo = getBusinessObject(element);
    const around = this.all("bpmn:Lane").filter((lane) => getBusinessObject(lane).get("flowNodeRef").includes(bo));
    return around.pop();
  }

  // The process that an element shows: of a pool the one in it.
  process(element) {
    const bo = getBusinessObject(element);
    if (is(bo, "bpmn:Participant")) return bo.processRef;
    return is(bo, "bpmn:Process") ? bo : undefined;
  }

  get definitions() {
    const root = getBusinessObject(this.canvas.getRootElement());
    return root.$parent;
  }
}
Contract.$inject = ["modeling", "bpmnFactory", "elementRegistry", "canvas", "commandStack", "moddle", "choices"];

// The name in the file of what has a type of the model, as the linter's lists have it: "userTask".
export function bare(type) {
  const name = type.slice(type.indexOf(":") + 1);
  return name[0].toLowerCase() + name.slice(1);
}
export const xmlName = (bo) => bare(bo.$type);

export const definition = (element) => getBusinessObject(element).get("eventDefinitions")?.[0];
