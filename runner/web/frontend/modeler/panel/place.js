// Where work is drawn: lanes, which are roles of the province, and the process itself.
import { html } from "@bpmn-io/diagram-js-ui";
import { say } from "../../language/language.js";
import { Group, Select } from "./field.js";

export function LaneGroup({ element, bo, tools: { contract, choices } }) {
  const used = new Set(contract.all("bpmn:Lane").map(({ id }) => id));
  const free = choices.lanes.filter(({ id }) => id === bo.id || !used.has(id));
  const known = choices.lanes.some(({ id }) => id === bo.id);
  const options = free.map(({ id, name }) => ({ value: id, label: name }));
  const set = (id) => id && contract.set(element, { id, name: choices.lanes.find((each) => each.id === id).name });
  return html`<${Group} id="lane" title=${say("Vai trò")}>
    <${Select}
      id="p-lane"
      label=${say("Ai làm các việc trong làn")}
      value=${known ? bo.id : ""}
      options=${known ? options : [{ value: "", label: say("Chưa chọn") }, ...options]}
      set=${set}
    />
  <//>`;
}

export function ProcessGroup({ element, tools: { contract } }) {
  const process = contract.process(element);
  const options = [
    { value: "working-days", label: say("Ngày làm việc") },
    { value: "calendar-days", label: say("Ngày theo lịch") },
  ];
  return html`<${Group} id="process" title=${say("Cách tính ngày")}>
    <${Select}
      id="p-calendar"
      label=${say("Một ngày của thời hạn là")}
      value=${contract.property(element, "calendar", process)}
      options=${[{ value: "", label: say("Chưa chọn") }, ...options]}
      set=${(value) => contract.setProperty(element, "calendar", value, process)}
    />
  <//>`;
}
