// When a component is shown, chosen from the fields above it: always, or when one has a value. What is chosen is written
// as the server reads it, =not(field = "value"); any other condition is written by hand.
const CHOSEN = /^=\s*not\((\w+)(?:\s*=\s*"([^"\\]*)")?\)$/;

// The fields that stand above `component` and are asked as they are called: choices and boxes, at the top or in groups
// without a name of their own.
export function above(root, component) {
  const found = [];
  const walk = (components) =>
    components.some((each) => {
      if (each.id === component.id) return true;
      if (["radio", "select", "checkbox"].includes(each.type)) found.push(each);
      return each.type === "group" && !each.path && walk(each.components);
    });
  walk(root.components);
  return found;
}

// What a condition says, as far as it can be chosen: the key of a field and its value, null for what cannot.
export function chosen(text, fields) {
  if (!text) return { key: "", value: "" };
  const [, key, value] = text.match(CHOSEN) ?? [];
  const field = fields.find((each) => each.key === key);
  if (!field || (field.type === "checkbox") !== (value === undefined)) return null;
  if (field.type !== "checkbox" && !field.values?.some((each) => each.value === value)) return null;
  return { key, value: value ?? "" };
}

export function written(field, value) {
  if (!field) return undefined;
  return field.type === "checkbox" ? `=not(${field.key})` : `=not(${field.key} = "${value}")`;
}
