// The controls of the panel. What is typed is written when the control is left, when another element is chosen, and
// before the diagram is saved; what is not valid stays in its control with the reason, and is not written.
import { html, useRef, useState } from "@bpmn-io/diagram-js-ui";
import { say } from "../../language/language.js";

// The controls in which something is typed that is not written yet.
const typed = new Set();

export const flush = () => [...typed].forEach((write) => write());

function useTyped(value, set, check) {
  const [known, setKnown] = useState(value);
  const [text, setText] = useState(value);
  const latest = useRef({});
  if (value !== known) {
    setKnown(value);
    setText(value);
  }
  latest.current = { text: value === known ? text : value, value, set, check };
  const write = useRef(() => {
    typed.delete(write);
    const now = latest.current;
    if (now.text === now.value || now.check?.(now.text)) return;
    now.value = now.text; // once, though the browser tells of a change and of the field being left
    now.set(now.text);
  }).current;
  const type = (next) => {
    latest.current.text = next;
    typed.add(write);
    setText(next);
  };
  const shown = latest.current.text;
  return { text: shown, fault: shown === value ? undefined : check?.(shown), type, write };
}

const described = (id, help, fault) => [fault && `${id}-fault`, help && `${id}-help`].filter(Boolean).join(" ");

// A control with its name above it, and below what is wrong with it and what helps.
export function Field({ id, label, help, fault, control }) {
  const attributes = {
    id,
    "aria-invalid": fault ? "true" : undefined,
    "aria-describedby": described(id, help, fault) || undefined,
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${control(attributes)} ${fault && html`<p class="fault" id="${id}-fault">${fault}</p>`}
    ${help && html`<p class="help" id="${id}-help">${help}</p>`}
  </div>`;
}

export function Text({ value, set, check, lines = 1, type, ...field }) {
  const { text, fault, type: typing, write } = useTyped(value, set, check);
  const events = { onInput: ({ target }) => typing(target.value), onChange: write, onBlur: write };
  const control = (attributes) =>
    lines > 1
      ? html`<textarea ...${attributes} rows=${lines} value=${text} ...${events}></textarea>`
      : html`<input ...${attributes} type=${type ?? "text"} value=${text} autocomplete="off" ...${events} />`;
  return html`<${Field} ...${field} fault=${fault ?? field.fault} control=${control} />`;
}

// `options`: {value, label}, those of a `group` together. A value that is none of them is shown, and said to be none.
export function Select({ value, set, options, ...field }) {
  const missing = value !== "" && !options.some((option) => option.value === value);
  const all = missing ? [...options, { value, label: say("{value} (không có)", { value }) }] : options;
  const groups = [...new Set(all.map((option) => option.group))];
  const item = (option) => html`<option value=${option.value} selected=${option.value === value}>${option.label}</option>`;
  const control = (attributes) =>
    html`<select ...${attributes} value=${value} onChange=${({ target }) => set(target.value)}>
      ${groups.map((group) => {
        const items = all.filter((option) => option.group === group).map(item);
        return group ? html`<optgroup label=${group}>${items}</optgroup>` : items;
      })}
    </select>`;
  const fault = missing ? say("“{value}” không có ở đây; hãy chọn lại.", { value }) : field.fault;
  return html`<${Field} ...${field} fault=${fault} control=${control} />`;
}

export function Check({ id, label, value, set, help }) {
  return html`<div class="field check">
    <label><input type="checkbox" id=${id} checked=${value} onChange=${({ target }) => set(target.checked)} /> ${label}</label>
    ${help && html`<p class="help">${help}</p>`}
  </div>`;
}

// What is only told.
export function Fact({ label, children, help }) {
  return html`<div class="field fact">
    <span>${label}</span>
    <p>${children}</p>
    ${help && html`<p class="help">${help}</p>`}
  </div>`;
}

export const Button = ({ act, children, quiet }) =>
  html`<button type="button" class=${quiet ? "plain" : "outline"} onClick=${act}>${children}</button>`;

// Which groups a person has closed, while the page is open.
const closed = new Set();

export function Group({ id, title, open = true, children }) {
  const toggle = ({ target }) => (target.open === open ? closed.delete(id) : closed.add(id));
  return html`<details class="group" data-group=${id} open=${open !== closed.has(id)} onToggle=${toggle}>
    <summary>${title}</summary>
    <div class="fields">${children}</div>
  </details>`;
}
