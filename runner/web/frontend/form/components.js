// The components of the designer: those that the server lists, each with its name and what a new one is like. An import
// adds nothing to what a form says; a field stands in a row of its own, as our pages render it.
const without = (values, name) => Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));

function Components(formFields, parts) {
  const known = new Map(parts.map((part) => [part.type, part]));
  for (const [type, component] of Object.entries(formFields._formFields)) {
    if (type === "default") continue;
    delete formFields._formFields[type];
    if (known.has(type)) formFields.register(type, described(component, known.get(type)));
  }
}
Components.$inject = ["formFields", "config.parts"];

function described(component, { name, preset, properties }) {
  const named = properties.some(({ path }) => path === "label");
  const shown = (props) => component(props);
  const create = (given, isNew = true) => {
    if (!isNew) return { ...("components" in preset ? { components: [] } : {}), ...given };
    const label = named && component.config.type !== "table" ? { label: name } : {};
    return { ...structuredClone(preset), ...label, ...without(given, "label") };
  };
  shown.config = { ...without(component.config, "label"), name, create };
  return shown;
}

class OneInARow {
  constructor(formLayouter) {
    this._formLayouter = formLayouter;
  }
  validateField(field, columns, row) {
    const others = (row ?? this._formLayouter.getRowForField(field))?.components.filter((id) => id !== field.id) ?? [];
    return others.length || columns ? "one in a row" : null;
  }
}
OneInARow.$inject = ["formLayouter"];

export const componentsModule = {
  __init__: ["parts"],
  parts: ["type", Components],
  formLayoutValidator: ["type", OneInARow],
  propertiesPanel: ["value", {}],
  // It takes the limits of a text away when its kind is chosen; ours has both.
  validateBehavior: ["value", {}],
};
