// Stands in for packages of which a page shows nothing (lean.js). Whatever is taken from here is a function that, called
// or constructed, gives itself; a name that is not here stops the build.
const nothing = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : nothing),
  apply: () => nothing,
  construct: () => nothing,
});

export default nothing;
export {
  nothing as Annotation,
  nothing as EditorState,
  nothing as EditorView,
  nothing as FeelersEditor,
  nothing as bracketMatching,
  nothing as closeBrackets,
  nothing as closeBracketsKeymap,
  nothing as defaultHighlightStyle,
  nothing as defaultKeymap,
  nothing as drawSelection,
  nothing as foldGutter,
  nothing as foldKeymap,
  nothing as highlightSpecialChars,
  nothing as history,
  nothing as historyKeymap,
  nothing as json,
  nothing as jsonParseLinter,
  nothing as keymap,
  nothing as lineNumbers,
  nothing as linter,
  nothing as placeholder,
  nothing as syntaxHighlighting,
};
