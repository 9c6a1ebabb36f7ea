// The page of a draft's diagram: the modeler for who edits it, the same to look at for who does not. The page says by its
// attributes where the diagram is read and written, and where it is checked.
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";
import "bpmn-js/dist/assets/bpmn-font/css/bpmn.css";
import "diagram-js-minimap/assets/diagram-js-minimap.css";
import "./modeler.css";
import "./modeler/panel.css";
import { createModeler, createViewer } from "./modeler/diagram.js";
import { Findings } from "./modeler/findings.js";
import { keyboard } from "./modeler/keyboard.js";
import { send } from "./modeler/request.js";
import { Saving } from "./modeler/saving.js";
import { arrange } from "./modeler/view.js";

const page = document.querySelector("[data-modeler]");

// `keep` is where the diagram is saved, nothing for who may not; `save` the number of the save that is opened.
async function open({ diagram, keep, save, findings, choices, condition }) {
  const canvas = page.querySelector("[data-canvas]");
  const modeler = keep ? await editor(canvas, choices, condition) : createViewer(canvas);
  const pane = new Findings(modeler, page.querySelector("[data-findings-pane]"), findings);
  const xml = await (await fetch(diagram)).text();
  try {
    await modeler.importXML(xml);
    arrange(modeler, page);
  } catch {
    page.querySelector("[data-broken]").hidden = false;
    page.querySelector("[data-canvas]").hidden = true;
    pane.check(xml);
    return;
  }
  pane.check(xml);
  keyboard(modeler, page);
  pane.lead(modeler.get("elementRegistry").get(decodeURIComponent(location.hash.slice(1))));
  if (keep) edit(modeler, { address: keep, base: Number(save), xml });
}

async function editor(canvas, choices, condition) {
  // Asked with the diagram as it is drawn: forms that it names may have come only now.
  const check = async (text) => {
    const { xml } = await modeler.saveXML();
    return send(`${condition}?text=${encodeURIComponent(text)}`, xml).catch(({ message }) => ({ text, message }));
  };
  const offered = await (await fetch(choices)).json();
  const modeler = createModeler(canvas, page.querySelector("[data-panel]"), offered, { check });
  return modeler;
}

function edit(modeler, facts) {
  const saved = document.querySelector("#saved");
  const told = (text) => (saved.textContent = text);
  new Saving(modeler, { ...facts, told, refused });
  const stack = modeler.get("commandStack");
  const [undo, redo] = ["undo", "redo"].map((name) => document.querySelector(`[data-${name}]`));
  undo.addEventListener("click", () => stack.canUndo() && stack.undo());
  redo.addEventListener("click", () => stack.canRedo() && stack.redo());
  const tell = () => {
    undo.setAttribute("aria-disabled", String(!stack.canUndo()));
    redo.setAttribute("aria-disabled", String(!stack.canRedo()));
  };
  modeler.on("commandStack.changed", tell);
  tell();
}

// Another person has saved or taken over: what was drawn here is offered as a file.
function refused(message, xml) {
  const dialog = document.querySelector("[data-refused]");
  dialog.querySelector("p").textContent = message;
  const link = dialog.querySelector("a[download]");
  link.href = URL.createObjectURL(new Blob([xml], { type: "application/xml" }));
  dialog.showModal();
}

if (page) open(page.dataset);
