// What a case can know at a place of the diagram: the fields of the forms that come before it, and what automatic work
// and decision tables leave.
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";

// The elements from which a token may have come to `element`, the nearest first. What runs beside it, in a sub-process
// that an event starts, may stand anywhere in the process.
export function before(element) {
  const found = new Set();
  const queue = [element];
  while (queue.length > 0) {
    const each = queue.shift();
    const sources = (each.incoming ?? []).filter((flow) => is(flow, "bpmn:SequenceFlow")).map((flow) => flow.source);
    if (each.host) sources.push(each.host);
    const around = each.parent;
    if (is(each, "bpmn:StartEvent") && is(around, "bpmn:SubProcess")) {
      sources.push(around, ...(getBusinessObject(around).triggeredByEvent ? around.parent.children : []));
    }
    for (const next of [...sources, ...inner(each, element)]) {
      if (found.has(next) || next.labelTarget) continue;
      found.add(next);
      queue.push(next);
    }
  }
  return [...found];
}

// What is in a sub-process has been done when a token has passed it.
function inner(element, from) {
  if (!is(element, "bpmn:SubProcess") || contains(element, from)) return [];
  return (element.children ?? []).filter((child) => is(child, "bpmn:FlowNode"));
}

const contains = (around, element) => element && (element === around || contains(around, element.parent));

// The fields that `elements` leave, each once, with the title of the form that asks for it.
export function fields(elements, choices) {
  const found = new Map();
  const add = (given, source) => {
    for (const field of given) if (!found.has(field.path)) found.set(field.path, { ...field, source });
  };
  const form = (id) => choices.forms.find((each) => each.id === id);
  for (const element of elements) {
    const bo = getBusinessObject(element);
    const asked = is(bo, "bpmn:UserTask") && form(bo.get("camunda:formRef"));
    if (asked) add(asked.fields, asked.title);
    const topic = is(bo, "bpmn:ServiceTask") && choices.topics.find((each) => each.id === bo.get("camunda:topic"));
    if (topic) add(topic.results, topic.name);
    const table = is(bo, "bpmn:BusinessRuleTask") && bo.get("camunda:decisionRef");
    const decided = table && choices.tables.find((each) => each.id === table);
    if (decided) add(prefixed(decided.outputs, bo.get("camunda:resultVariable")), decided.name);
    const called = is(bo, "bpmn:CallActivity") && choices.processes.find((each) => each.id === bo.calledElement);
    for (const each of called ? called.forms.map(form).filter(Boolean) : []) add(each.fields, each.title);
  }
  return [...found.values()];
}

const prefixed = (outputs, result) => outputs.map((each) => ({ ...each, path: `${result}_${each.path}` }));
