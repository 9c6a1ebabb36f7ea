// Sends words that a library has hard-coded through its catalogue (../language): in the files that `filter` names each
// of `words` becomes a look-up where the library has it in quotes, and `edits` are done as they are written. The build
// fails when a word or the target of an edit is no longer there.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const language = join(dirname(fileURLToPath(import.meta.url)), "../language");

const KEEP_FOCUS = `if (selection.isSelected(field) && !document.activeElement?.closest("input, textarea, select")) {
      ref.current.focus();`;

const TABLE = [
  {
    catalogue: "diagram.vi.json",
    filter: /popup-menu[\\/]PopupMenuComponent\.js$/,
    words: [],
    edits: [
      [
        "${ entriesToShow.length } ${ entriesToShow.length === 1 ? 'result' : 'results' } found",
        "${ translated('{count} results found', { count: entriesToShow.length }) }",
      ],
    ],
  },
  {
    catalogue: "form.vi.json",
    filter: /form-js-editor[\\/]dist[\\/]index\.es\.js$/,
    words: [
      "Build your form",
      "Content",
      "Drag and drop components here to start designing.",
      "Drag and drop components here.",
      "Remove form field",
      "Repeatable",
      "Text view is empty",
      "Text view is populated by an expression",
      "Text view is templated",
      "Use the preview window to test your form.",
    ],
    // Our page has properties of its own: nothing of CodeMirror is mounted, and who types in them keeps the focus.
    edits: [
      ["if (selection.isSelected(field)) {\n      ref.current.focus();", KEEP_FOCUS],
      ["MarkdownRendererModule, PropertiesPanelModule, ", "MarkdownRendererModule, "],
      ["`Remove ${entry.label}`", "`${translated('Remove form field')}: ${entry.label}`"],
      ["Annotation.define();\njsonParseLinter();\n", ""],
    ],
  },
  {
    catalogue: "form.vi.json",
    filter: /form-js-viewer[\\/]dist[\\/]index\.es\.js$/,
    words: ["Add new", "Browse", "Decrement", "Increment", "No files selected", "No results", "Nothing to show.", "Search", "hh:mm", "hh:mm --"],
    edits: [["valueLabel || 'Select'", "valueLabel || translated('Select')"]],
  },
  {
    // A column's type is chosen, not typed: what is shown is its name.
    catalogue: "table.vi.json",
    filter: /type-ref[\\/]components[\\/]TypeRefCellContextMenu\.js$/,
    words: [],
    edits: [['"className": "type-ref-edit-select",', '"className": "type-ref-edit-select", "noInput": true,']],
  },
];

function replaced(text, target, replacement) {
  if (!text.includes(target)) throw new Error(`nothing to translate: ${target}`);
  return text.replaceAll(target, () => replacement);
}

function quoted(text, word) {
  const written = [`'${word.replaceAll("'", "\\'")}'`, JSON.stringify(word)].filter((each) => text.includes(each));
  if (written.length === 0) throw new Error(`nothing to translate: ${word}`);
  return written.reduce((result, each) => result.replaceAll(each, () => `translated(${JSON.stringify(word)})`), text);
}

function edited(text, { catalogue, words, edits = [] }) {
  const lines = [
    `import { translator } from ${JSON.stringify(join(language, "language.js"))};`,
    `import catalogue from ${JSON.stringify(join(language, catalogue))};`,
    "const translated = translator(catalogue);",
  ];
  const done = edits.reduce((result, [target, replacement]) => replaced(result, target, replacement), text);
  return [...lines, words.reduce(quoted, done)].join("\n");
}

export const literals = {
  name: "literals",
  setup: ({ onLoad }) =>
    TABLE.forEach((entry) =>
      onLoad({ filter: entry.filter }, ({ path }) => {
        try {
          return { contents: edited(readFileSync(path, "utf8"), entry), loader: "js" };
        } catch ({ message }) {
          return { errors: [{ text: message }] };
        }
      }),
    ),
};
