// What the runner does without a person: a topic, a decision table, a called process.
import { html } from "@bpmn-io/diagram-js-ui";
import { say } from "../../language/language.js";
import { Check, Group, Select } from "./field.js";

const listed = (entries) => entries.map(({ id, name }) => ({ value: id, label: name }));
const none = () => ({ value: "", label: say("Chưa chọn") });

export function TopicGroup({ element, bo, tools: { contract, choices } }) {
  const topic = choices.topics.find((each) => each.id === bo.get("camunda:topic"));
  // What another topic took means nothing to this one.
  const set = (id) => {
    const takes = choices.topics.find((each) => each.id === id)?.properties ?? [];
    contract.together(() => {
      contract.set(element, { "camunda:type": id && "external", "camunda:topic": id });
      for (const name of topic?.properties ?? []) {
        if (!takes.includes(name)) contract.setProperty(element, name, "");
      }
    });
  };
  const takes = (name) => topic?.properties.includes(name);
  const property = (name) => contract.property(element, name);
  const tasks = contract.all("bpmn:UserTask").map(({ id, businessObject }) => ({ id, name: businessObject.name || id }));
  return html`<${Group} id="topic" title=${say("Việc tự động")}>
    <${Select}
      id="p-topic"
      label=${say("Hệ thống làm gì")}
      value=${bo.get("camunda:topic") ?? ""}
      options=${[none(), ...listed(choices.topics)]}
      set=${set}
      help=${topic?.text}
    />
    ${takes("lane") &&
    html`<${Select}
      id="p-topic-lane"
      label=${say("Báo cho vai trò")}
      value=${property("lane")}
      options=${[none(), ...listed(choices.lanes)]}
      set=${(value) => contract.setProperty(element, "lane", value)}
    />`}
    ${takes("done_by") &&
    html`<${Select}
      id="p-topic-done-by"
      label=${say("Nêu ai đã làm việc")}
      value=${property("done_by")}
      options=${[{ value: "", label: say("Không nêu") }, ...listed(tasks)]}
      set=${(value) => contract.setProperty(element, "done_by", value)}
    />`}
    ${takes("wait") &&
    html`<${Check}
      id="p-topic-wait"
      label=${say("Chờ làm xong rồi mới đi tiếp")}
      value=${property("wait") === "true"}
      set=${(checked) => contract.setProperty(element, "wait", checked ? "true" : "")}
    />`}
  <//>`;
}

export function DecisionGroup({ element, bo, tools: { contract, choices } }) {
  const results = choices.results.map(({ id, name }) => ({ value: id, label: name }));
  // A table answers with one row, into the one result that the runner reads where there is but one.
  const set = (id) => {
    const result = bo.get("camunda:resultVariable") || (results.length === 1 ? results[0].value : "");
    contract.set(element, {
      "camunda:decisionRef": id,
      "camunda:mapDecisionResult": id && "singleResult",
      "camunda:resultVariable": id && result,
    });
  };
  return html`<${Group} id="decision" title=${say("Bảng quyết định")}>
    <${Select}
      id="p-table"
      label=${say("Bảng")}
      value=${bo.get("camunda:decisionRef") ?? ""}
      options=${[none(), ...listed(choices.tables)]}
      set=${set}
    />
    <${Select}
      id="p-result"
      label=${say("Kết quả là")}
      value=${bo.get("camunda:resultVariable") ?? ""}
      options=${[none(), ...results]}
      set=${(value) => contract.set(element, { "camunda:resultVariable": value })}
    />
  <//>`;
}

export function CallGroup({ element, bo, tools: { contract, choices } }) {
  return html`<${Group} id="call" title=${say("Quy trình được gọi")}>
    <${Select}
      id="p-called"
      label=${say("Quy trình")}
      value=${bo.calledElement ?? ""}
      options=${[none(), ...listed(choices.processes)]}
      set=${(value) => contract.set(element, { calledElement: value })}
    />
  <//>`;
}
