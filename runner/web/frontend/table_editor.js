// The editor of a draft's decision table: dmn-js, its table alone, limited to what the server reads.
import DecisionTable from "dmn-js-decision-table/lib/Editor.js";
import { HIT_POLICIES } from "dmn-js-decision-table/lib/features/hit-policy/HitPolicies.js";
import EditingManager from "dmn-js-shared/lib/base/EditingManager.js";
import { is } from "dmn-js-shared/lib/util/ModelUtil.js";
import "dmn-js/dist/assets/diagram-js.css";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";
import { keepSample } from "./form/sample.js";
import catalogue from "./language/table.vi.json";
import { translator } from "./language/language.js";
import { autosave } from "./studio/autosave.js";
import { walkFrames } from "./studio/frames.js";
import "./table/decision.css";

const POLICIES = ["UNIQUE", "FIRST"];
HIT_POLICIES.splice(0, HIT_POLICIES.length, ...HIT_POLICIES.filter(({ value }) => POLICIES.includes(value.hitPolicy)));

class TableEditor extends EditingManager {
  _getViewProviders() {
    const opens = (element) => is(element, "dmn:Decision") && is(element.decisionLogic, "dmn:DecisionTable");
    return [{ id: "decisionTable", constructor: DecisionTable, opens }];
  }
}

// What would write what the server refuses: lists of allowed values, languages other than FEEL.
const limited = {
  translate: ["value", translator(catalogue)],
  allowedValuesUpdateBehavior: ["value", {}],
  allowedValuesEditingProvider: ["value", {}],
};

async function open(container) {
  const { xml, types } = JSON.parse(document.querySelector("#table-data").dataset.json);
  const editor = new TableEditor({
    container,
    common: { dataTypes: types, expressionLanguages: { options: [{ label: "FEEL", value: "feel" }] } },
    decisionTable: { additionalModules: [limited] },
  });
  await editor.importXML(xml);
  const viewer = editor.getActiveViewer();
  const commands = viewer.get("commandStack");

  const findings = document.querySelector("#findings");
  const tried = document.querySelector("#preview");
  const sample = keepSample(tried);
  const saving = autosave(
    container.dataset.tableEditor,
    async () => {
      const data = sample.typed();
      data.set("_xml", (await editor.saveXML({ format: true })).xml);
      return data;
    },
    (answer) => {
      findings.innerHTML = answer.findings;
      sample.show(answer.preview);
    },
  );
  viewer.on("commandStack.changed", () => {
    saving.touch();
    history();
  });
  function history() {
    document.querySelector("#undo").setAttribute("aria-disabled", !commands.canUndo());
    document.querySelector("#redo").setAttribute("aria-disabled", !commands.canRedo());
  }
  history();
  document.querySelector("#undo").addEventListener("click", () => commands.canUndo() && commands.undo());
  document.querySelector("#redo").addEventListener("click", () => commands.canRedo() && commands.redo());

  // Leads to the row, cell or column that a finding or an answer is about.
  function show({ target }) {
    const id = target.closest("[data-component]")?.dataset.component;
    if (!id) return;
    for (const each of container.querySelectorAll(".found")) each.classList.remove("found");
    const places = container.querySelectorAll(
      ["data-element-id", "data-row-id", "data-col-id"].map((name) => `[${name}="${CSS.escape(id)}"]`).join(),
    );
    for (const each of places) each.classList.add("found");
    places[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    places[0]?.querySelector("[tabindex], [contenteditable]")?.focus();
  }
  findings.addEventListener("click", show);
  tried.addEventListener("click", show);
}

for (const container of document.querySelectorAll("[data-table-editor]")) open(container);
walkFrames();
