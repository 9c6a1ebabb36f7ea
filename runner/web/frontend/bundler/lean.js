// Keeps CodeMirror and the editors of FEEL out of the form designer: its panel imports them, and ours mounts none.
import { fileURLToPath } from "node:url";

const UNSEEN = /^(@codemirror\/|@bpmn-io\/(feel-editor|feelers-editor|feel-analyzer)$|lezer-feel$)/;
const path = fileURLToPath(new URL("unseen.js", import.meta.url));

export const lean = { name: "lean", setup: ({ onResolve }) => onResolve({ filter: UNSEEN }, () => ({ path })) };
