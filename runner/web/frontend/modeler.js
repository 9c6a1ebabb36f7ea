// The page of a draft's diagram: opens it in the modeler. `data-modeler` says where the diagram is read from.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "@bpmn-io/properties-panel/assets/properties-panel.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import { createModeler } from "./modeler/diagram.js";

const page = document.querySelector("[data-modeler]");

async function open() {
  const modeler = createModeler(page.querySelector("[data-canvas]"), page.querySelector("[data-panel]"));
  const answer = await fetch(page.dataset.modeler);
  await modeler.importXML(await answer.text());
  modeler.get("canvas").zoom("fit-viewport");
}

if (page) open();
