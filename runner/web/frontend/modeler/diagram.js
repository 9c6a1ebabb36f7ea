// The modeler, composed of bpmn-js and what analysts need beside it: the panel and the attributes of the Camunda 7
// profile, menus to create, append and replace, a minimap. What is ours is added by `modules`.
import BpmnModeler from "bpmn-js/lib/Modeler.js";
import { CreateAppendAnythingModule, RemoveTemplatesModule } from "bpmn-js-create-append-anything";
import {
  BpmnPropertiesPanelModule,
  BpmnPropertiesProviderModule,
  CamundaPlatformPropertiesProviderModule,
} from "bpmn-js-properties-panel";
import behaviors from "camunda-bpmn-js-behaviors/lib/camunda-platform/index.js";
import camunda from "camunda-bpmn-moddle/resources/camunda.json";
import minimap from "diagram-js-minimap";
import words from "../language/diagram.vi.json";
import { translator } from "../language/language.js";

export function createModeler(canvas, panel, modules = []) {
  return new BpmnModeler({
    container: canvas,
    propertiesPanel: { parent: panel },
    moddleExtensions: { camunda },
    additionalModules: [
      behaviors,
      minimap,
      BpmnPropertiesPanelModule,
      BpmnPropertiesProviderModule,
      CamundaPlatformPropertiesProviderModule,
      CreateAppendAnythingModule,
      RemoveTemplatesModule,
      { translate: ["value", translator(words)] },
      ...modules,
    ],
  });
}
