// The panel beside the canvas: of the chosen element what the diagram's contract knows, and nothing else.
import { html, render } from "@bpmn-io/diagram-js-ui";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import { PopupEntries } from "bpmn-js/lib/features/popup-menu/PopupEntries.js";
import { say } from "../../language/language.js";
import { definition, xmlName } from "../contract.js";
import { CallGroup, DecisionGroup, TopicGroup } from "./automatic.js";
import { FlowGroup, GatewayGroup } from "./flow.js";
import { EndGroup, MessageGroup, TimerGroup } from "./event.js";
import { flush } from "./field.js";
import { DocumentationGroup, NameGroup } from "./general.js";
import { LaneGroup, ProcessGroup } from "./place.js";
import { ClockGroup, StepGroup, WordsGroup } from "./step.js";

const TOOLS = ["bpmnFactory", "contract", "limits", "modeling", "selection", "server", "translate", "choices"];
const GROUPS = {
  "bpmn:UserTask": [StepGroup, WordsGroup],
  "bpmn:ServiceTask": [TopicGroup, ClockGroup],
  "bpmn:BusinessRuleTask": [DecisionGroup, ClockGroup],
  "bpmn:CallActivity": [CallGroup, ClockGroup],
  "bpmn:EndEvent": [EndGroup, ClockGroup],
  "bpmn:StartEvent": [TimerGroup, ClockGroup],
  "bpmn:BoundaryEvent": [TimerGroup, MessageGroup, ClockGroup],
  "bpmn:IntermediateCatchEvent": [TimerGroup, MessageGroup, ClockGroup],
  "bpmn:IntermediateThrowEvent": [ClockGroup],
  "bpmn:ExclusiveGateway": [GatewayGroup],
  "bpmn:EventBasedGateway": [ClockGroup],
  "bpmn:SequenceFlow": [FlowGroup],
  "bpmn:Lane": [LaneGroup],
  "bpmn:Participant": [ProcessGroup],
  "bpmn:Process": [ProcessGroup],
};

export class Panel {
  constructor(config, injector, eventBus, selection, canvas) {
    if (!config?.parent) return;
    Object.assign(this, { parent: config.parent, injector, selection, canvas });
    eventBus.on("selection.changed", () => {
      flush();
      this.#plan();
    });
    eventBus.on(["import.done", "elements.changed", "root.set"], () => this.#plan());
    eventBus.on("saveXML.start", flush);
  }

  // What is typed and not written yet is written.
  flush() {
    flush();
  }

  // Once for all changes of an act, and never while a control is just being written.
  #plan() {
    if (this.planned) return;
    this.planned = true;
    queueMicrotask(() => {
      this.planned = false;
      this.#show();
    });
  }

  #show() {
    const chosen = this.selection.get().map((each) => each.labelTarget ?? each);
    const elements = [...new Set(chosen.length ? chosen : [this.canvas.getRootElement()])];
    const content =
      elements.length > 1
        ? html`<p class="several">${say("Đang chọn {count} phần tử.", { count: elements.length })}</p>`
        : html`<${Element} key=${elements[0].id} element=${elements[0]} tools=${this.#tools()} />`;
    render(content, this.parent);
  }

  #tools() {
    return Object.fromEntries(TOOLS.map((name) => [name, this.injector.get(name)]));
  }
}
Panel.$inject = ["config.panel", "injector", "eventBus", "selection", "canvas"];

function Element({ element, tools }) {
  const bo = getBusinessObject(element);
  if (!bo) return null;
  const pooled = is(bo, "bpmn:Participant") && !bo.processRef;
  const groups = pooled ? [] : (GROUPS[bo.$type] ?? []);
  const whole = is(bo, "bpmn:Collaboration");
  const parts = whole ? [] : [...groups, NameGroup, DocumentationGroup];
  return html`<header>
      <p class="kind">${kind(element, tools)}</p>
      <h2>${whole ? tools.choices.procedure : bo.name || bo.text || ends(bo) || say("Chưa có tên")}</h2>
    </header>
    ${whole && html`<p class="several">${say("Chọn một phần tử trên sơ đồ để xem và sửa.")}</p>`}
    ${!runs(bo, tools.choices) && html`<p class="fault">${say("Hệ thống không chạy loại phần tử này; hãy đổi loại hoặc xóa.")}</p>`}
    ${parts.map((Part) => html`<${Part} element=${element} bo=${bo} tools=${tools} />`)}`;
}

// What a flow without a name is known by.
const ends = ({ sourceRef, targetRef }) =>
  sourceRef && targetRef && [sourceRef, targetRef].map((each) => each.name || each.id).join(" → ");

function runs(bo, { elements }) {
  const inside = bo.$instanceOf("bpmn:Event") && bo.get("eventDefinitions")[0];
  const known = elements[xmlName(bo)];
  return known !== undefined && (!inside || known.includes(xmlName(inside)));
}

// What a kind of element is called: as the menus call it.
function kind(element, { translate }) {
  const bo = getBusinessObject(element);
  const own = {
    "bpmn:Process": say("Quy trình"),
    "bpmn:Collaboration": say("Quy trình và các bên"),
    "bpmn:Participant": say("Bên tham gia"),
    "bpmn:Lane": say("Vai trò (làn)"),
    "bpmn:SequenceFlow": say("Luồng"),
    "bpmn:MessageFlow": say("Luồng thông điệp"),
    "bpmn:TextAnnotation": say("Ghi chú trên sơ đồ"),
    "bpmn:Association": say("Đường liên hệ"),
    "bpmn:Group": say("Khung nhóm"),
  };
  if (own[bo.$type]) return own[bo.$type];
  const inside = definition(element)?.$type;
  const same = ({ target }) =>
    target.type === bo.$type &&
    target.eventDefinitionType === inside &&
    (target.cancelActivity ?? true) === (bo.cancelActivity ?? true) &&
    (target.isInterrupting ?? true) === (bo.isInterrupting ?? true) &&
    Boolean(target.triggeredByEvent) === Boolean(bo.triggeredByEvent);
  const entry = Object.values(PopupEntries).find(same);
  return entry ? translate(entry.label) : bo.$type.slice("bpmn:".length);
}
