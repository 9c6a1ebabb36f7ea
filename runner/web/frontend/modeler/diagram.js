// The modeler, composed of bpmn-js and what analysts need beside it: the attributes of the Camunda 7 profile, menus to
// create, append and replace, a minimap, our panel.
import BpmnModeler from "bpmn-js/lib/Modeler.js";
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import behaviors from "camunda-bpmn-js-behaviors/lib/camunda-platform/index.js";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import editorActions from "bpmn-js/lib/features/editor-actions/index.js";
import keys from "bpmn-js/lib/features/keyboard/index.js";
import search from "bpmn-js/lib/features/search/index.js";
import minimap from "diagram-js-minimap";
import words from "../language/diagram.vi.json";
import { translator } from "../language/language.js";
import { studio } from "./studio.js";

// In the colours of the page, light or dark.
const bpmnRenderer = { defaultFillColor: "var(--node)", defaultStrokeColor: "var(--node-line)" };
const translate = { translate: ["value", translator(words)] };

// A diagram that is looked at and not edited.
export function createViewer(canvas) {
  const additionalModules = [editorActions, keys, minimap, search, translate];
  return new NavigatedViewer({ container: canvas, bpmnRenderer, moddleExtensions: { camunda }, additionalModules });
}

// `choices`: what may be written at the elements. `server.check` tells whether a condition can be used.
export function createModeler(canvas, panel, choices, server) {
  return new BpmnModeler({
    container: canvas,
    panel: { parent: panel },
    bpmnRenderer,
    moddleExtensions: { camunda },
    additionalModules: [behaviors, minimap, CreateAppendAnythingModule, translate, studio(choices, server)],
  });
}
