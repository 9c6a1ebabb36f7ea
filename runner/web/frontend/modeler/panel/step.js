// A person's task: the step of the decision, who, how long, with which form, and what it does to the clock.
import { html } from "@bpmn-io/diagram-js-ui";
import { is } from "bpmn-js/lib/util/ModelUtil.js";
import { say } from "../../language/language.js";
import { xmlName } from "../contract.js";
import { readDays, shownDays, unit } from "../duration.js";
import { Button, Fact, Group, Select, Text } from "./field.js";

export function StepGroup({ element, bo, tools }) {
  const { contract, choices } = tools;
  const step = contract.property(element, "step");
  const options = choices.steps.map(({ id, text }) => ({ value: id, label: `${id}: ${short(text[0] ?? "")}` }));
  return html`<${Group} id="step" title=${say("Bước của quy trình")}>
    <${Select}
      id="p-step"
      label=${say("Bước trong quyết định")}
      value=${step}
      options=${[{ value: "", label: say("Không thuộc bước nào") }, ...options]}
      set=${(value) => contract.setProperty(element, "step", value)}
      help=${step && html`<${SameStep} step=${step} tools=${tools} />`}
    />
    <${Role} element=${element} bo=${bo} tools=${tools} />
    <${Limit} element=${element} tools=${tools} />
    <${Form} element=${element} bo=${bo} tools=${tools} />
    <${Clock} element=${element} tools=${tools} />
  <//>`;
}

const short = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

function SameStep({ step, tools: { contract, selection } }) {
  const tasks = contract.tasksOf(step);
  return html`${say("{count} việc mang bước này", { count: tasks.length })} ·${" "}
    <${Button} quiet act=${() => selection.select(tasks)}>${say("xem trên sơ đồ")}<//>`;
}

// In a sub-process no lane is drawn: there the role is written at the task.
function Role({ element, bo, tools: { contract, choices } }) {
  const lane = contract.laneOf(element);
  const name = (id) => choices.lanes.find((each) => each.id === id)?.name;
  if (lane) {
    const { id, name: label } = lane.businessObject;
    return html`<${Fact} label=${say("Vai trò (theo làn trên sơ đồ)")}>${name(id) ?? label ?? id}<//>`;
  }
  if (!is(element.parent, "bpmn:SubProcess")) {
    return html`<${Fact} label=${say("Vai trò (theo làn trên sơ đồ)")}>${say("Chưa nằm trong làn nào; hãy kéo việc vào một làn.")}<//>`;
  }
  const options = choices.lanes.map(({ id, name }) => ({ value: id, label: name }));
  return html`<${Select}
    id="p-role"
    label=${say("Vai trò")}
    value=${bo.get("camunda:candidateGroups") ?? ""}
    options=${[{ value: "", label: say("Theo làn chứa tiểu quy trình") }, ...options]}
    set=${(value) => contract.set(element, { "camunda:candidateGroups": value })}
  />`;
}

function Limit({ element, tools }) {
  const { limits, choices, contract } = tools;
  const label = say("Thời hạn ({unit})", { unit: unit(choices) });
  const days = limits.days(element);
  const decided = limits.step(element)?.days;
  if (!limits.of(element)) {
    const act = () => limits.set(element, decided ?? "1");
    return html`<${Fact} label=${label}>
      <${Button} act=${act}>
        ${decided ? say("Gắn thời hạn {days} ngày", { days: shownDays(decided) }) : say("Gắn thời hạn")}
      <//>
    <//>`;
  }
  const differing = limits.differing(element);
  const step = contract.property(element, "step");
  return html`<${Text}
      id="p-limit"
      label=${label}
      value=${days ? shownDays(days) : ""}
      check=${(text) => (readDays(text) ? undefined : say("Hãy ghi số ngày, chỉ lẻ nửa ngày, như 5 hoặc 2,5."))}
      set=${(text) => limits.set(element, readDays(text))}
      fault=${fault(days, decided, differing, tools)}
    />
    <${LimitActs} element=${element} tools=${tools} />`;
}

// What mends a limit that is not the decided one, for this task and for all of its step; also offered at its timer.
export function LimitActs({ element, tools: { contract, limits } }) {
  const days = limits.days(element);
  const decided = limits.step(element)?.days;
  const step = contract.property(element, "step");
  const wrong = limits.withOther(step, decided);
  const differs = decided && Number(decided) !== Number(days);
  return html`<p class="acts">
      ${differs &&
      wrong.length > 1 &&
      html`<${Button} quiet act=${() => limits.setAll(step, decided)}>
        ${say("Đặt {days} ngày như quyết định cho cả {count} việc của bước {step}", { days: shownDays(decided), count: wrong.length, step })}
      <//>`}
      ${differs &&
      html`<${Button} quiet act=${() => limits.set(element, decided)}>
        ${say("Đặt {days} ngày như quyết định", { days: shownDays(decided) })}
      <//>`}
      ${limits.differing(element).length > 0 &&
      days &&
      html`<${Button} quiet act=${() => limits.setAll(step, days)}>
        ${say("Đặt {days} ngày cho mọi việc của bước {step}", { days: shownDays(days), step })}
      <//>`}
      <${Button} quiet act=${() => limits.remove(element)}>${say("Bỏ thời hạn")}<//>
    </p>`;
}

function fault(days, decided, differing, { limits }) {
  if (differing.length > 0) {
    const others = [...new Set(differing.map((task) => limits.days(task)))].map(shownDays).join(", ");
    return say("{count} việc khác của bước này ghi {days} ngày.", { count: differing.length, days: others });
  }
  if (decided && days && Number(decided) !== Number(days)) {
    return say("Quyết định ghi {days} ngày.", { days: shownDays(decided) });
  }
  return undefined;
}

function Form({ element, bo, tools: { contract, choices } }) {
  const form = bo.get("camunda:formRef") ?? "";
  const group = ({ draft }) => (draft ? say("Biểu mẫu của bản nháp") : say("Thư viện biểu mẫu"));
  const options = choices.forms.map((each) => ({
    value: each.id,
    label: `${each.id} · ${say("{count} trường", { count: each.fields.length })}`,
    group: group(each),
  }));
  const known = choices.forms.find((each) => each.id === form);
  const users = contract.all("bpmn:UserTask").filter((task) => task.businessObject.get("camunda:formRef") === form);
  const set = (id) =>
    contract.set(element, { "camunda:formRef": id, "camunda:formRefBinding": id === "" ? "" : "deployment" });
  const help =
    known &&
    html`${known.title} ·${" "}
      ${choices.designer && html`<a href=${choices.designer.replace("FORM", form)}>${say("mở biểu mẫu")}</a> · `}
      ${say("dùng ở {count} việc", { count: users.length })}`;
  return html`<${Select}
    id="p-form"
    label=${say("Biểu mẫu")}
    value=${form}
    options=${[{ value: "", label: say("Chưa chọn") }, ...options]}
    set=${set}
    help=${help}
  />`;
}

function Clock({ element, tools: { contract, choices } }) {
  const words = {
    start: say("Bắt đầu tính"),
    pause: say("Tạm dừng trong lúc chờ"),
    stop: say("Dừng tính"),
  };
  const allowed = choices.clock.filter(({ elements }) => elements.includes(xmlName(element.businessObject)));
  if (allowed.length === 0) return null;
  const options = allowed.map(({ mark }) => ({ value: mark, label: words[mark] ?? mark }));
  return html`<${Select}
    id="p-clock"
    label=${say("Đồng hồ của hồ sơ")}
    value=${contract.property(element, "clock")}
    options=${[{ value: "", label: say("Tính tiếp (không đổi)") }, ...options]}
    set=${(value) => contract.setProperty(element, "clock", value)}
  />`;
}

export function ClockGroup({ element, bo, tools }) {
  const { contract } = tools;
  if (!contract.allows(bo, "clock")) return null;
  const marked = contract.property(element, "clock") !== "";
  return html`<${Group} id="clock" title=${say("Thời hạn của hồ sơ")} open=${marked}>
    <${Clock} element=${element} tools=${tools} />
  <//>`;
}

// The decision's own words about the step.
export function WordsGroup({ element, tools: { limits, choices } }) {
  const step = limits.step(element);
  if (!step) return null;
  return html`<${Group} id="words" title=${say("Lời của quyết định")}>
    <blockquote lang="vi" tabindex="0" aria-label=${say("Lời của quyết định")}>
      ${step.text.map((line) => html`<p>${line}</p>`)}
      <p><mark>${step.label}</mark> · ${step.actors}</p>
    </blockquote>
    <p class="help">
      ${say("Quyết định {number}, bước {step}", { number: choices.decision, step: step.id })}
    </p>
  <//>`;
}
