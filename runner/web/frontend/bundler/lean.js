// Keeps CodeMirror and the editors of FEEL out of the modeler, a third of its size: its properties panel is made for the
// Camunda 8 profile too, where it mounts them; for ours it imports them and mounts none.
import { fileURLToPath } from "node:url";

const UNSEEN = /^(@codemirror\/|@bpmn-io\/(feel-editor|feelers-editor|feel-analyzer)$|lezer-feel$)/;
const path = fileURLToPath(new URL("unseen.js", import.meta.url));

export const lean = { name: "lean", setup: ({ onResolve }) => onResolve({ filter: UNSEEN }, () => ({ path })) };
