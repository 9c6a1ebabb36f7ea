// Events: when a timer fires, which message is waited for, how a case ends.
import { html } from "@bpmn-io/diagram-js-ui";
import { is } from "bpmn-js/lib/util/ModelUtil.js";
import { say } from "../../language/language.js";
import { definition } from "../contract.js";
import { beforeDue, isLabel, label, readDays, shownDays, unit } from "../duration.js";
import { isLimit } from "../limit.js";
import { KINDS, read, write } from "../timer.js";
import { fields, before } from "../upstream.js";
import { Group, Select, Text } from "./field.js";
import { LimitActs } from "./step.js";

const NAME = /^[A-Za-z][A-Za-z0-9_]{0,99}$/;

export function TimerGroup({ element, bo, tools }) {
  if (definition(element)?.$type !== "bpmn:TimerEventDefinition") return null;
  const { contract, limits, choices } = tools;
  const held = definition(element);
  const timer = read(held);
  const words = {
    days: say("Sau một số ngày ({unit})", { unit: unit(choices) }),
    weeks: say("Sau một số tuần"),
    hours: say("Sau một số giờ liên tục"),
    minutes: say("Sau một số phút liên tục"),
    before: say("Trước hạn trả kết quả"),
    closing: say("Trước hạn trả kết quả, lúc cuối ngày"),
    due: say("Khi đến hạn trả kết quả"),
    field: say("Vào ngày ghi trong biểu mẫu"),
    own: say("Biểu thức FEEL tự viết"),
  };
  const set = (kind, value) => {
    const { attribute, text } = write(kind, value);
    const expression = contract.expression(text, held);
    contract.together(() => {
      contract.set(element, { timeDuration: undefined, timeDate: undefined, [attribute]: expression }, held);
      const name = isLabel(bo.name) && said(kind, value);
      if (name) tools.modeling.updateProperties(element, { name });
    });
  };
  const said = (kind, value) => {
    if (["before", "closing"].includes(kind)) return beforeDue(value);
    return kind === "days" && isLimit(element) && label(value, limits.step(element.host));
  };
  const start = (kind) => set(kind, KINDS[kind].counts ? "1" : "");
  return html`<${Group} id="timer" title=${say("Hẹn giờ")}>
    <${Select}
      id="p-timer"
      label=${say("Đến lúc nào")}
      value=${timer.kind}
      options=${Object.keys(KINDS).map((kind) => ({ value: kind, label: words[kind] }))}
      set=${start}
    />
    <${When} element=${element} timer=${timer} set=${set} tools=${tools} />
    ${isLimit(element) && limits.step(element.host) && html`<${LimitActs} element=${element.host} tools=${tools} />`}
  <//>`;
}

function When({ element, timer: { kind, value }, set, tools }) {
  const halves = ["days", "before", "closing"].includes(kind);
  const count = (text) => (halves ? readDays(text) : /^\s*0*[1-9]\d{0,3}\s*$/.test(text) && String(Number(text)));
  if (KINDS[kind].counts) {
    const fault = halves
      ? say("Hãy ghi số ngày, chỉ lẻ nửa ngày, như 5 hoặc 2,5.")
      : say("Hãy ghi một số nguyên lớn hơn 0.");
    const counted = {
      days: say("Số ngày"),
      weeks: say("Số tuần"),
      hours: say("Số giờ"),
      minutes: say("Số phút"),
      before: say("Số ngày làm việc"),
      closing: say("Số ngày làm việc"),
    };
    return html`<${Text}
      id="p-timer-count"
      label=${counted[kind]}
      value=${shownDays(value)}
      check=${(text) => (count(text) ? undefined : fault)}
      set=${(text) => set(kind, count(text))}
    />`;
  }
  if (kind === "field") {
    const dates = fields(before(element), tools.choices).filter(({ type }) => type === "date");
    const options = dates.map(({ path, label: name, source }) => ({ value: path, label: name, group: source }));
    return html`<${Select}
      id="p-timer-field"
      label=${say("Trường ngày")}
      value=${value}
      options=${[{ value: "", label: say("Chưa chọn") }, ...options]}
      set=${(path) => set(kind, path)}
    />`;
  }
  if (kind === "due") return null;
  return html`<${Text}
    id="p-timer-own"
    label=${say("Biểu thức")}
    value=${value}
    lines=${2}
    set=${(text) => set(kind, text.trim())}
    help=${say("Như =working_days_before(case_due, 1); biết now, case_due và các trường của biểu mẫu.")}
  />`;
}

export function MessageGroup({ element, tools: { contract, bpmnFactory, modeling } }) {
  const held = definition(element);
  if (held?.$type !== "bpmn:MessageEventDefinition") return null;
  const { definitions } = contract;
  const messages = definitions.get("rootElements").filter((each) => is(each, "bpmn:Message"));
  const options = messages.map(({ id, name }) => ({ value: id, label: name || id }));
  const choose = (id) =>
    contract.set(element, { messageRef: messages.find((each) => each.id === id) }, held);
  const make = (name) => {
    if (name === "") return;
    const message = bpmnFactory.create("bpmn:Message", { name });
    message.$parent = definitions;
    contract.together(() => {
      const rootElements = [...definitions.get("rootElements"), message];
      modeling.updateModdleProperties(element, definitions, { rootElements });
      contract.set(element, { messageRef: message }, held);
    });
  };
  const fault = (name) => {
    if (name === "") return undefined;
    if (!NAME.test(name)) return say("Chỉ dùng chữ cái không dấu, chữ số và “_”, bắt đầu bằng chữ cái.");
    return messages.some((each) => each.name === name) ? say("Đã có thông điệp tên này.") : undefined;
  };
  return html`<${Group} id="message" title=${say("Thông điệp")}>
    <${Select}
      id="p-message"
      label=${say("Chờ thông điệp")}
      value=${held.messageRef?.id ?? ""}
      options=${[{ value: "", label: say("Chưa chọn") }, ...options]}
      set=${choose}
    />
    <${Text} key=${messages.length} id="p-message-new" label=${say("Thông điệp mới, tên")} value="" check=${fault} set=${make} />
  <//>`;
}

export function EndGroup({ element, tools: { contract, choices } }) {
  const outcome = contract.property(element, "outcome");
  const known = choices.outcomes.map(({ id, name }) => ({ value: id, label: name }));
  const own = outcome && !known.some(({ value }) => value === outcome) ? [{ value: outcome, label: outcome }] : [];
  return html`<${Group} id="outcome" title=${say("Kết thúc")}>
    <${Select}
      id="p-outcome"
      label=${say("Kết quả của hồ sơ")}
      value=${outcome}
      options=${[{ value: "", label: say("Không kết thúc hồ sơ") }, ...known, ...own]}
      set=${(value) => contract.setProperty(element, "outcome", value)}
    />
  <//>`;
}
