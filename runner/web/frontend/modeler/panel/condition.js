// The builder of a condition: rows of field, comparison and value, or FEEL by hand, which the server checks.
import { html, useEffect, useState } from "@bpmn-io/diagram-js-ui";
import { say } from "../../language/language.js";
import { COMPARISONS, askable, read, write } from "../condition.js";
import { before, fields } from "../upstream.js";
import { Button, Field } from "./field.js";

const PAUSE = 300; // ms without typing after which the server is asked

// What was written by hand and refused, by the flow: it is shown again when the flow is chosen again.
const refused = new Map();

export function Condition({ element, bo, tools }) {
  const { contract, choices } = tools;
  const text = bo.conditionExpression?.body ?? "";
  const [draft, setDraft] = useState();
  const [byHand, setByHand] = useState(refused.has(element.id));
  const known = fields(before(element.source), choices);
  const rows = draft ?? read(text);
  const types = Object.fromEntries(known.map(({ path, type }) => [path, type]));
  const keep = (feel) => contract.set(element, { conditionExpression: contract.expression(feel, bo) });
  const change = (next) => {
    const feel = write(next, types);
    setDraft(feel || next.rows.length === 0 ? undefined : next);
    if (feel !== text && (feel || next.rows.length === 0)) keep(feel);
  };
  if (byHand || !rows) {
    const back = () => {
      refused.delete(element.id);
      setByHand(false);
    };
    return html`<${ByHand} element=${element} text=${text} set=${keep} tools=${tools} />
      ${read(text) && html`<p class="acts"><${Button} quiet act=${back}>${say("Chọn từ biểu mẫu")}<//></p>`}`;
  }
  return html`<${Rows} rows=${rows} known=${known.filter(askable)} change=${change} />
    ${text && html`<p class="feel"><span>${say("Viết bằng FEEL")}</span> <code>${text}</code></p>`}
    <p class="acts"><${Button} quiet act=${() => setByHand(true)}>${say("Viết bằng tay")}<//></p>`;
}

const BLANK = { field: "", comparison: "=", value: "" };

function Rows({ rows: { join, rows }, known, change }) {
  const shown = rows.length ? rows : [BLANK];
  const replace = (index, row) => change({ join, rows: shown.map((each, at) => (at === index ? row : each)) });
  const remove = (index) => change({ join, rows: shown.filter((_, at) => at !== index) });
  return html`<div class="condition" role="group" aria-label=${say("Điều kiện")}>
    ${shown.map(
      (row, index) => html`${index > 0 &&
        html`<select
          class="join"
          aria-label=${say("Nối các điều kiện")}
          value=${join}
          onChange=${({ target }) => change({ join: target.value, rows: shown })}
        >
          <option value="and" selected=${join === "and"}>${say("và")}</option>
          <option value="or" selected=${join === "or"}>${say("hoặc")}</option>
        </select>`}
        <${Row} row=${row} known=${known} set=${(next) => replace(index, next)} remove=${rows.length > 0 && (() => remove(index))} />`,
    )}
    <p class="acts">
      <${Button} quiet act=${() => change({ join, rows: [...shown, BLANK] })}>${say("Thêm điều kiện")}<//>
    </p>
  </div>`;
}

function Row({ row, known, set, remove }) {
  const field = known.find(({ path }) => path === row.field);
  const groups = [...new Set(known.map(({ source }) => source))];
  const choose = (path) => {
    const type = known.find((each) => each.path === path)?.type;
    set({ field: path, comparison: COMPARISONS[type]?.[0] ?? "=", value: type === "boolean" ? "true" : "" });
  };
  const comparisons = COMPARISONS[field?.type] ?? [row.comparison];
  const words = comparisonWords(field?.type);
  return html`<div class="clause">
    <select aria-label=${say("Trường")} value=${row.field} onChange=${({ target }) => choose(target.value)}>
      ${!field && html`<option value=${row.field} selected>${row.field || say("Chọn trường…")}</option>`}
      ${groups.map(
        (group) => html`<optgroup label=${group}>
          ${known
            .filter(({ source }) => source === group)
            .map(({ path, label }) => html`<option value=${path} selected=${path === row.field}>${label || path}</option>`)}
        </optgroup>`,
      )}
    </select>
    ${row.field &&
    html`<select
        aria-label=${say("So sánh")}
        value=${row.comparison}
        onChange=${({ target }) => set({ ...row, comparison: target.value })}
      >
        ${comparisons.map((each) => html`<option value=${each} selected=${each === row.comparison}>${words[each]}</option>`)}
      </select>
      <${Value} row=${row} field=${field} set=${(value) => set({ ...row, value })} />`}
    ${remove && html`<button type="button" class="plain" aria-label=${say("Bỏ điều kiện này")} onClick=${remove}>×</button>`}
  </div>`;
}

function comparisonWords(type) {
  const dated = type === "date";
  return {
    "=": say("là"),
    "!=": say("khác"),
    "<": dated ? say("trước ngày") : say("nhỏ hơn"),
    "<=": dated ? say("không sau ngày") : say("không quá"),
    ">": dated ? say("sau ngày") : say("lớn hơn"),
    ">=": dated ? say("từ ngày") : say("từ"),
    has: say("có chọn"),
    lacks: say("không chọn"),
    empty: say("để trống"),
    filled: say("có ghi"),
  };
}

function Value({ row: { comparison, value }, field, set }) {
  if (["empty", "filled"].includes(comparison)) return null;
  const label = say("Giá trị");
  const options =
    field?.type === "boolean"
      ? [
          { value: "true", label: say("được đánh dấu") },
          { value: "false", label: say("không được đánh dấu") },
        ]
      : (field?.options ?? []);
  if (options.length > 0) {
    const known = options.some((each) => each.value === value);
    return html`<select aria-label=${label} value=${value} onChange=${({ target }) => set(target.value)}>
      ${!known && html`<option value=${value} selected>${value || say("Chọn giá trị…")}</option>`}
      ${options.map((each) => html`<option value=${each.value} selected=${each.value === value}>${each.label}</option>`)}
    </select>`;
  }
  const type = { number: "number", date: "date" }[field?.type] ?? "text";
  return html`<input aria-label=${label} type=${type} step="any" value=${value} onChange=${({ target }) => set(target.value)} />`;
}

function ByHand({ element, text, set, tools: { server } }) {
  const [typed, setTyped] = useState(refused.get(element.id) ?? text);
  const [answer, setAnswer] = useState({});
  useEffect(() => setTyped(refused.get(element.id) ?? text), [text]);
  // Only what the server can read, and what fits the types of the fields, is written to the diagram: also when another
  // element has been chosen meanwhile.
  useEffect(() => {
    setAnswer({});
    if (typed === text) {
      refused.delete(element.id);
      return;
    }
    refused.set(element.id, typed);
    setTimeout(async () => {
      const current = () => refused.get(element.id) === typed && element.parent; // not typed on, nor deleted
      if (!current()) return;
      const found = typed.trim() === "" ? { text: "" } : await server.check(typed);
      if (!current()) return;
      setAnswer(found);
      if (found.message) return;
      refused.delete(element.id);
      set(found.text);
    }, PAUSE);
  }, [typed]);
  const control = (attributes) =>
    html`<textarea ...${attributes} rows="3" spellcheck=${false} value=${typed} onInput=${({ target }) => setTyped(target.value)}></textarea>`;
  return html`<${Field} id="p-condition" label=${say("Điều kiện bằng FEEL")} fault=${answer.message} control=${control} />
    ${answer.instead &&
    html`<p class="acts"><${Button} act=${() => setTyped(answer.instead)}>${say("Đổi thành {text}", { text: answer.instead })}<//></p>`}
    ${answer.message && html`<p class="help">${say("Chưa ghi vào sơ đồ.")}</p>`}`;
}
