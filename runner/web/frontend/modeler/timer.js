// When a timer fires, read from a diagram and written to it: the shapes that people choose among, and FEEL by hand.

const EXPRESSION = "timeDate";
const SPAN = "timeDuration";
const PATH = /^=\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)$/;

// Each kind: how it is written, how it is read, and whether it counts something.
export const KINDS = {
  days: { counts: true, attribute: SPAN, text: (n) => `P${n}D`, pattern: /^P(\d{1,4}(?:\.[05])?)D$/ },
  weeks: { counts: true, attribute: SPAN, text: (n) => `P${n}W`, pattern: /^P(\d{1,4})W$/ },
  hours: { counts: true, attribute: SPAN, text: (n) => `PT${n}H`, pattern: /^PT(\d{1,4})H$/ },
  minutes: { counts: true, attribute: SPAN, text: (n) => `PT${n}M`, pattern: /^PT(\d{1,4})M$/ },
  before: {
    counts: true,
    attribute: EXPRESSION,
    text: (n) => `=working_days_before(case_due, ${n})`,
    pattern: /^=\s*working_days_before\(\s*case_due\s*,\s*(\d{1,4}(?:\.[05])?)\s*\)$/,
  },
  closing: {
    counts: true,
    attribute: EXPRESSION,
    text: (n) => `=day_close(working_days_before(case_due, ${n}))`,
    pattern: /^=\s*day_close\(\s*working_days_before\(\s*case_due\s*,\s*(\d{1,4}(?:\.[05])?)\s*\)\s*\)$/,
  },
  due: { attribute: EXPRESSION, text: () => "=case_due", pattern: /^=\s*case_due()$/ },
  field: { attribute: EXPRESSION, text: (path) => (path ? `=${path}` : ""), pattern: PATH },
  own: { attribute: EXPRESSION, text: (text) => text, pattern: /^(.*)$/s },
};

// The kind and the value of a timer's definition.
export function read(definition) {
  const text = (definition[SPAN] ?? definition[EXPRESSION])?.body?.trim() ?? "";
  const [kind, { pattern }] = Object.entries(KINDS).find(([, each]) => each.pattern.test(text));
  return { kind, value: pattern.exec(text)[1] };
}

export function write(kind, value) {
  const { attribute, text } = KINDS[kind];
  return { attribute, text: text(value) };
}
