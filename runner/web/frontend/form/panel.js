// The properties of the selected component, as the server describes them: plain fields, each with its label. What is
// typed is one edit of the form, so that it can be undone; what form-js could not hold is said at the field instead.
import { above, chosen, written } from "./condition.js";

const PAUSE = 400;

const get = (component, path) => path.split(".").reduce((value, name) => value?.[name], component);

// The top attribute of `path` with another value in it, as form-js edits one attribute at a time.
function changed(component, path, value) {
  const [name, inner] = path.split(".");
  if (!inner) return { [name]: value };
  const values = { ...component[name], [inner]: value };
  if (value === undefined) delete values[inner];
  return { [name]: Object.keys(values).length ? values : undefined };
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children);
  return element;
}

const READ = {
  whole: (text, { most }) => (/^\d+$/.test(text) && Number(text) <= (most ?? Infinity) ? Number(text) : null),
  number: (text) => (Number.isFinite(Number(text.replace(",", "."))) ? Number(text.replace(",", ".")) : null),
};

export class Panel {
  constructor(container, editor, parts) {
    this.container = container;
    this.words = container.dataset;
    this.editor = editor;
    this.parts = new Map(parts.map((part) => [part.type, part]));
    this.registry = editor.get("formFieldRegistry");
    this.automatic = new Map();
    this.modeling = editor.get("modeling");
    this.show();
    editor.on("selection.changed", () => this.show());
    editor.on("changed", () => this.refresh());
  }

  get selected() {
    const selected = this.editor.get("selection").get();
    return selected && selected.type !== "default" ? this.registry.get(selected.id) : null;
  }

  show() {
    this.commit?.();
    const component = this.selected;
    this.id = component?.id;
    this.controls = [];
    this.container.replaceChildren();
    const part = component && this.parts.get(component.type);
    document.querySelector("#properties-of").textContent = part?.name ?? "";
    if (!part) {
      this.container.append(make("p", { class: "dim" }, this.words.nothing));
      return;
    }
    for (const property of part.properties) {
      const control = this.control(property, component);
      this.controls.push(control);
      this.container.append(control.element);
    }
    const button = (word, act, kind = "alt") => {
      const made = make("button", { type: "button", class: `small ${kind}` }, word);
      made.addEventListener("click", act);
      return made;
    };
    this.container.append(
      make(
        "div",
        { class: "row" },
        button(this.words.up, () => this.move(-1)),
        button(this.words.down, () => this.move(1)),
        button(this.words.delete, () => this.remove(), "danger"),
      ),
    );
  }

  refresh() {
    const component = this.selected;
    if (component?.id !== this.id) this.show();
    else if (component) for (const control of this.controls) control.update(component);
  }

  // -- deeds -------------------------------------------------------------------------------------------------------

  edit(property, value) {
    const component = this.registry.get(this.id);
    if (!component || get(component, property.path) === value) return true;
    if (property.kind === "key" && value !== undefined && !this.free(component, property.path, value)) return false;
    const key = property.path === "label" ? this.keyed(component, value ?? "") : {};
    const rest = follows(component, property.path, value);
    this.modeling.editFormField(component, { ...changed(component, property.path, value), ...rest, ...key });
    return true;
  }

  // A new field or list is called in the case what its label says, until somebody gives it a name.
  keyed(component, label) {
    const name = component.type === "dynamiclist" ? "path" : "key";
    const made = new RegExp(`^${component.type}_[0-9a-z]+$`);
    const former = component[name];
    if (!former || !(made.test(former) || this.automatic.get(component.id) === former)) return {};
    const stem = label.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[\u0110\u0111]/g, "d").toLowerCase();
    const plain = stem.replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 40);
    if (!plain) return {};
    let found = plain;
    for (let number = 2; !this.free(component, name, found); number += 1) found = `${plain}_${number}`;
    this.automatic.set(component.id, found);
    return { [name]: found };
  }

  // Whether a key or a path is not another's yet: form-js cannot hold two of one name.
  free(component, name, value) {
    if (/[.\s]/.test(value)) return false;
    const paths = this.editor.get("pathRegistry");
    const path = paths.getValuePath({ ...component, [name]: value });
    const before = component[name] === undefined ? null : paths.getValuePath(component);
    if (before?.join(".") === path.join(".")) return true;
    return paths.canClaimPath(path, { isClosed: name === "key", isRepeatable: component.type === "dynamiclist", claimerId: component.id });
  }

  around() {
    const component = this.selected;
    const parent = component && this.registry.get(component._parent);
    return { component, parent, index: parent?.components.findIndex(({ id }) => id === component.id) ?? -1 };
  }

  move(by) {
    const { component, parent, index } = this.around();
    if (!parent || index + by < 0 || index + by >= parent.components.length) return;
    const row = this.editor.get("formLayouter").getRowForField(component);
    this.modeling.moveFormField(component, parent, parent, index, index + by + (by > 0 ? 1 : 0), row, row);
    this.editor.get("selection").set(this.registry.get(component.id));
  }

  remove() {
    const { component, parent, index } = this.around();
    if (parent) this.modeling.removeFormField(component, parent, index);
  }

  // -- controls ----------------------------------------------------------------------------------------------------

  control(property, component) {
    const kinds = { pairs: () => this.pairs(property), shown: () => this.shown(property) };
    const control = (kinds[property.kind] ?? (() => this.field(property)))();
    control.update(component);
    return control;
  }

  field(property) {
    const { path, label, kind, hint, needed, options, on } = property;
    const id = `property-${path.replace(".", "-")}`;
    const described = `${hint ? `${id}-hint ` : ""}${id}-fault`;
    const about = { id, "aria-describedby": described, "aria-required": needed && "true" };
    const input =
      kind === "lines" || kind === "condition"
        ? make("textarea", { ...about, rows: path === "text" ? 5 : 2, spellcheck: kind === "condition" && "false" })
        : kind === "choice"
          ? make("select", about, ...options.map(([value, name]) => make("option", { value }, name)))
          : make("input", { ...about, type: { flag: "checkbox", day: "date" }[kind] ?? "text", autocomplete: "off", spellcheck: kind === "key" && "false", inputmode: kind === "whole" && "numeric" });
    const fault = make("small", { class: "err", id: `${id}-fault`, role: "status" });
    const notes = [...(hint ? [make("small", { class: "hint", id: `${id}-hint` }, hint)] : []), fault];
    const element =
      kind === "flag"
        ? make("div", { class: "field" }, make("label", { class: "tick" }, input, label), ...notes)
        : make("div", { class: "field" }, make("label", { for: id }, label), input, ...notes);
    const update = (component) => {
      const value = get(component, path);
      if (kind === "flag") input.checked = value === on;
      else if (document.activeElement !== input) input.value = shown(component, property, value);
    };
    this.listen(input, kind, () => {
      const problem = this.take(property, input);
      fault.textContent = problem;
      if (problem) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    });
    return { element, update };
  }

  // Takes what stands in a field over into the form; the sentence of what is wrong with it, "" for nothing.
  take({ kind, needed, on, ...property }, input) {
    const text = input.value.trim();
    if (kind === "flag") return this.edit(property, input.checked ? on : undefined) ? "" : this.words.twice;
    if (!text && needed) return this.words.needed;
    const value = text === "" ? undefined : kind in READ ? READ[kind](text, property) : kind === "lines" ? input.value : text;
    if (value === null) return this.words.number;
    return this.edit({ ...property, kind }, value) ? "" : this.words.twice;
  }

  // While people type, what they type is taken over whenever they pause; at once when they leave the field.
  listen(input, kind, act) {
    let timer = 0;
    const now = () => {
      clearTimeout(timer);
      if (this.commit === now) this.commit = null;
      act();
    };
    input.addEventListener("change", now);
    if (kind === "flag" || kind === "choice" || kind === "day" || kind === "key") return;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(now, PAUSE);
      this.commit = now;
    });
  }

  // When the component is shown: chosen from the fields above it, or written by hand.
  shown(property) {
    const { words } = this;
    const byHand = this.field({ ...property, label: words.hand, kind: "condition" });
    const field = make("select", { "aria-label": property.label });
    const value = make("select", { "aria-label": words.value });
    const element = make("fieldset", { class: "field" }, make("legend", {}, property.label), field, value, byHand.element);
    let fields = [];
    let hand = false;
    const option = (value, name) => make("option", { value }, name);
    const asked = () => fields.find(({ key }) => key === field.value);
    const fill = (select, options, at) => {
      select.replaceChildren(...options);
      select.value = at;
    };
    const values = (at) => {
      const options = asked()?.values ?? [];
      fill(value, options.map((each) => option(each.value, each.label || each.value)), at ?? options[0]?.value);
      value.hidden = !options.length;
    };
    const keep = () => this.edit({ ...property, kind: "condition" }, written(asked(), value.value));
    field.addEventListener("change", () => {
      hand = field.value === "=";
      byHand.element.hidden = !hand;
      values();
      if (!hand) keep();
    });
    value.addEventListener("change", keep);
    const update = (component) => {
      fields = above(this.root, component);
      const said = chosen(get(component, property.path), fields);
      hand ||= !said;
      const names = fields.map((each) => option(each.key, `${words.when} “${each.label || each.key}”`));
      fill(field, [option("", words.always), ...names, option("=", words.expression)], hand ? "=" : said.key);
      values(said?.value);
      value.hidden ||= hand;
      byHand.element.hidden = !hand;
      byHand.update(component);
    };
    return { element, update };
  }

  get root() {
    return this.registry.getAll().find(({ type }) => type === "default");
  }

  pairs(property) {
    const { path, label, names } = property;
    const list = make("div", { class: "pairs" });
    const element = make("fieldset", { class: "field" }, make("legend", {}, label), list);
    const rows = () => [...(get(this.registry.get(this.id), path) ?? [])];
    const edit = (values) => this.edit(property, values);
    const cell = (row, index, name, word) => {
      const input = make("input", { "aria-label": `${word} ${index + 1}`, placeholder: word, autocomplete: "off" });
      input.value = row[name] ?? "";
      this.listen(input, "line", () => edit(rows().map((each, place) => (place === index ? { ...each, [name]: input.value.trim() } : each))));
      return input;
    };
    const button = (word, text, act) => {
      const made = make("button", { type: "button", class: "small alt", "aria-label": word }, text);
      made.addEventListener("click", act);
      return made;
    };
    const add = make("button", { type: "button", class: "small alt" }, this.words.add);
    add.addEventListener("click", () => {
      const values = rows();
      const taken = new Set(values.map((each) => each[names]));
      let number = values.length + 1;
      while (taken.has(`option_${number}`)) number += 1;
      edit([...values, { [names]: `option_${number}`, label: "" }]);
      list.lastElementChild?.querySelector("input").focus();
    });
    element.append(add);
    let count = -1;
    const update = (component) => {
      const values = get(component, path) ?? [];
      if (values.length === count && list.contains(document.activeElement)) return;
      count = values.length;
      list.replaceChildren(
        ...values.map((row, index) =>
          make(
            "div",
            { class: "pair" },
            cell(row, index, "label", this.words.label),
            cell(row, index, names, this.words.code),
            button(`${this.words.remove} ${index + 1}`, "−", () => edit(rows().filter((_, place) => place !== index))),
          ),
        ),
      );
    };
    return { element, update };
  }
}

// A choice that stands for nothing in the schema, or for a pattern of one's own.
function shown(component, { path, kind }, value) {
  if (path === "validate.validationType" && value === undefined && component.validate?.pattern) return "custom";
  if (kind === "number" && typeof value === "number") return String(value).replace(".", ",");
  return value ?? "";
}

// What else changes with an attribute: form-js shows a date's label from attributes of its own, and a text of a named
// kind has no pattern.
function follows(component, path, value) {
  if (component.type === "datetime" && (path === "label" || path === "subtype")) {
    const subtype = path === "subtype" ? value : component.subtype;
    const label = path === "label" ? value : (component.label ?? component.dateLabel ?? component.timeLabel);
    const clock = subtype === "date" ? undefined : "no_timezone";
    return {
      dateLabel: subtype === "time" ? undefined : label,
      timeLabel: subtype === "time" ? label : undefined,
      ...(path === "subtype" ? { timeSerializingFormat: clock, use24h: clock && true, timeInterval: clock && 15 } : {}),
    };
  }
  if (path === "validate.validationType" && value && value !== "custom") {
    const { pattern: _, ...validate } = component.validate ?? {};
    return { validate: { ...validate, validationType: value } };
  }
  return {};
}
