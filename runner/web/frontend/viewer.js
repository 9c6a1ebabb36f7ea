// Shows the diagram that `data-diagram` names, to be moved and enlarged, in the element that has the attribute.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";

async function show(container) {
  const viewer = new NavigatedViewer({ container });
  const answer = await fetch(container.dataset.diagram);
  await viewer.importXML(await answer.text());
  viewer.get("canvas").zoom("fit-viewport");
}

for (const container of document.querySelectorAll("[data-diagram]")) show(container);
