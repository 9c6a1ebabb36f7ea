// A condition as rows "field – comparison – value", read from FEEL and written as FEEL. What the rows cannot say is left
// to who writes FEEL by hand.

const NAME = "[A-Za-z_][A-Za-z0-9_]*(?:\\.[A-Za-z_][A-Za-z0-9_]*)*";
const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const DATE = '(?:date\\s*\\(\\s*"(\\d{4}-\\d\\d-\\d\\d)"\\s*\\)|@"(\\d{4}-\\d\\d-\\d\\d)")';
const COMPARED = new RegExp(`^(${NAME})\\s*(=|!=|<=|>=|<|>)\\s*(?:(${TEXT})|(-?\\d+(?:\\.\\d+)?)|(true|false|null)|${DATE})$`);
const HELD = new RegExp(`^(not\\s*\\(\\s*)?list contains\\s*\\(\\s*(${NAME})\\s*,\\s*(${TEXT})\\s*\\)(\\s*\\))?$`);

// The comparisons of a field, by its type. "has" and "lacks" are of lists, "empty" and "filled" of what may be empty.
const ORDERED = ["=", "!=", "<", "<=", ">", ">="];
export const COMPARISONS = {
  string: ["=", "!=", "empty", "filled"],
  number: [...ORDERED, "empty", "filled"],
  boolean: ["="],
  date: [...ORDERED, "empty", "filled"],
  list: ["has", "lacks"],
};

// Whether rows can ask a field: of lists only those whose members a person chooses.
export const askable = (field) => field.type in COMPARISONS && (field.type !== "list" || field.options.length > 0);

const unquoted = (text) => JSON.parse(text);
const quoted = (text) => JSON.stringify(text);

// The parts of `text` between the `word`s (and, or) that stand in no quotes and no brackets.
function split(text, word) {
  const parts = [""];
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[()]|\b(?:and|or)\b|./gs)) {
    if (token === "(") depth += 1;
    if (token === ")") depth -= 1;
    if (token === word && depth === 0) parts.push("");
    else parts[parts.length - 1] += token;
  }
  return parts.map((part) => part.trim());
}

function readRow(text) {
  const held = HELD.exec(text);
  if (held && Boolean(held[1]) === Boolean(held[4])) {
    return { field: held[2], comparison: held[1] ? "lacks" : "has", value: unquoted(held[3]) };
  }
  const found = COMPARED.exec(text);
  if (!found) return undefined;
  const [, field, comparison, string, number, word, date, at] = found;
  if (word === "null") {
    return ["=", "!="].includes(comparison)
      ? { field, comparison: comparison === "=" ? "empty" : "filled", value: "" }
      : undefined;
  }
  if (string !== undefined) return { field, comparison, value: unquoted(string), type: "string" };
  const type = number ? "number" : word ? "boolean" : "date";
  return { field, comparison, value: number ?? word ?? date ?? at, type };
}

// The rows of a condition and the word that joins them; undefined for what rows cannot say.
export function read(text) {
  const bare = text.trim().replace(/^=\s*/, "");
  if (bare === "") return { join: "and", rows: [] };
  const joins = ["and", "or"].filter((word) => split(bare, word).length > 1);
  if (joins.length > 1) return undefined;
  const join = joins[0] ?? "and";
  try {
    const rows = split(bare, join).map(readRow);
    return rows.every(Boolean) ? { join, rows } : undefined;
  } catch {
    return undefined; // an escape that is FEEL's alone
  }
}

function writeRow({ field, comparison, value }, type) {
  if (comparison === "empty") return `${field} = null`;
  if (comparison === "filled") return `${field} != null`;
  if (comparison === "has") return `list contains(${field}, ${quoted(value)})`;
  if (comparison === "lacks") return `not(list contains(${field}, ${quoted(value)}))`;
  if (type === "date") return `${field} ${comparison} date(${quoted(value)})`;
  if (type === "number") return `${field} ${comparison} ${Number(value)}`;
  return `${field} ${comparison} ${type === "string" ? quoted(value) : value}`;
}

// The FEEL of rows; `types` has the types of the fields by path. Rows that are not filled in yet give "".
export function write({ join, rows }, types) {
  const whole = ({ field, comparison, value }) =>
    field && comparison && (value !== "" || ["empty", "filled"].includes(comparison));
  if (rows.length === 0 || !rows.every(whole)) return "";
  return `=${rows.map((row) => writeRow(row, types[row.field] ?? row.type)).join(` ${join} `)}`;
}
