// The flows out of an exclusive gateway: which is the default one, and when each of the others is taken.
import { html } from "@bpmn-io/diagram-js-ui";
import { getBusinessObject, is } from "bpmn-js/lib/util/ModelUtil.js";
import { say } from "../../language/language.js";
import { Condition } from "./condition.js";
import { Button, Fact, Group, Select } from "./field.js";

const chooses = (gateway) => is(gateway, "bpmn:ExclusiveGateway") && gateway.outgoing.length > 1;

// In one act: a default flow has no condition.
function makeDefault(gateway, flow, { contract }) {
  contract.together(() => {
    if (flow && getBusinessObject(flow).conditionExpression) contract.set(flow, { conditionExpression: undefined });
    contract.set(gateway, { default: flow && getBusinessObject(flow) });
  });
}

const title = (flow) => {
  const { name, targetRef } = getBusinessObject(flow);
  const to = targetRef.name || targetRef.id;
  return name ? `${name} → ${to}` : `→ ${to}`;
};

export function GatewayGroup({ element, bo, tools }) {
  if (!chooses(element)) return null;
  const options = element.outgoing.map((flow) => ({ value: flow.id, label: title(flow) }));
  return html`<${Group} id="gateway" title=${say("Các nhánh")}>
    <${Select}
      id="p-default"
      label=${say("Nhánh mặc định")}
      value=${bo.default?.id ?? ""}
      options=${[{ value: "", label: say("Không có") }, ...options]}
      set=${(id) => makeDefault(element, element.outgoing.find((flow) => flow.id === id), tools)}
      help=${say("Hồ sơ đi nhánh này khi không điều kiện nào đúng.")}
    />
    <ul class="links">
      ${element.outgoing.map(
        (flow) => html`<li><${Button} quiet act=${() => tools.selection.select(flow)}>${title(flow)}<//></li>`,
      )}
    </ul>
  <//>`;
}

export function FlowGroup({ element, bo, tools }) {
  const gateway = element.source;
  if (!chooses(gateway)) return null;
  if (getBusinessObject(gateway).default === bo) {
    return html`<${Group} id="flow" title=${say("Khi nào đi nhánh này")}>
      <${Fact} label=${say("Nhánh mặc định")}>${say("Đi nhánh này khi không điều kiện nào của các nhánh khác đúng.")}<//>
      <p class="acts">
        <${Button} quiet act=${() => makeDefault(gateway, undefined, tools)}>${say("Không là nhánh mặc định nữa")}<//>
      </p>
    <//>`;
  }
  return html`<${Group} id="flow" title=${say("Khi nào đi nhánh này")}>
    <${Condition} element=${element} bo=${bo} tools=${tools} />
    <p class="acts">
      <${Button} quiet act=${() => makeDefault(gateway, element, tools)}>${say("Đặt làm nhánh mặc định")}<//>
    </p>
  <//>`;
}
