// The editor of a decision table, alone: what a draft's page of tables loads. `data-table-editor` names the table.
import DecisionTable from "dmn-js-decision-table/lib/Editor.js";
import EditingManager from "dmn-js-shared/lib/base/EditingManager.js";
import { is } from "dmn-js-shared/lib/util/ModelUtil.js";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";

class TableEditor extends EditingManager {
  _getViewProviders() {
    const opens = (element) => is(element, "dmn:Decision") && is(element.decisionLogic, "dmn:DecisionTable");
    return [{ id: "decisionTable", constructor: DecisionTable, opens }];
  }
}

async function open(container) {
  const editor = new TableEditor({ container });
  const answer = await fetch(container.dataset.tableEditor);
  await editor.importXML(await answer.text());
}

for (const container of document.querySelectorAll("[data-table-editor]")) open(container);
