// The editor of a form: what a draft's page of forms loads. `data-form-editor` names the form that it opens.
import { FormEditor } from "@bpmn-io/form-js-editor";
import "@bpmn-io/form-js-viewer/dist/assets/form-js-base.css";
import "@bpmn-io/form-js-viewer/dist/assets/flatpickr/light.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css";
import "@bpmn-io/form-js-editor/dist/assets/dragula.css";
import "@bpmn-io/properties-panel/assets/properties-panel.css";

async function open(container) {
  const editor = new FormEditor({ container });
  const answer = await fetch(container.dataset.formEditor);
  await editor.importSchema(await answer.json());
}

for (const container of document.querySelectorAll("[data-form-editor]")) open(container);
