// What every element has: its name, its id, a note for those who read the diagram.
import { html } from "@bpmn-io/diagram-js-ui";
import { is } from "bpmn-js/lib/util/ModelUtil.js";
import { say } from "../../language/language.js";
import { Fact, Group, Text } from "./field.js";

const label = (bo) => {
  if (is(bo, "bpmn:SequenceFlow")) return say("Câu trả lời ghi trên nhánh");
  if (is(bo, "bpmn:ExclusiveGateway")) return say("Câu hỏi");
  return is(bo, "bpmn:TextAnnotation") ? say("Nội dung") : say("Tên");
};

export function NameGroup({ element, bo, tools: { contract, modeling } }) {
  const note = is(bo, "bpmn:TextAnnotation");
  const faults = {
    form: say("Id bắt đầu bằng chữ cái không dấu, sau đó là chữ, số, “_”, “.”, “-”."),
    taken: say("Id này đã có phần tử khác dùng."),
  };
  const fixed = is(bo, "bpmn:Process") || is(bo, "bpmn:Lane");
  const write = (text) => (note ? contract.set(element, { text }) : modeling.updateLabel(element, text));
  const rename = (name) => (is(bo, "bpmn:Process") ? contract.set(element, { name }) : write(name));
  return html`<${Group} id="name" title=${say("Tên và mã")} open=${!is(bo, "bpmn:UserTask") || !bo.name}>
    <${Text} id="p-name" label=${label(bo)} value=${(note ? bo.text : bo.name) ?? ""} set=${rename} lines=${3} />
    ${fixed
      ? html`<${Fact} label="Id">${bo.id}<//>`
      : html`<${Text}
          id="p-id"
          label="Id"
          value=${bo.id}
          check=${(id) => faults[contract.idFault(element, id)]}
          set=${(id) => contract.set(element, { id })}
        />`}
  <//>`;
}

export function DocumentationGroup({ element, bo, tools: { contract } }) {
  if (is(bo, "bpmn:TextAnnotation") || is(bo, "bpmn:Association")) return null;
  return html`<${Group} id="documentation" title=${say("Ghi chú")} open=${Boolean(contract.documentation(element))}>
    <${Text}
      id="p-documentation"
      label=${say("Ghi chú cho người đọc sơ đồ")}
      value=${contract.documentation(element)}
      set=${(text) => contract.setDocumentation(element, text)}
      lines=${4}
    />
  <//>`;
}
