// The designer of a draft's form: form-js between our palette, our properties and our own rendering of what was kept.
import { FormEditor } from "@bpmn-io/form-js-editor";
import "@bpmn-io/form-js-viewer/dist/assets/form-js-base.css";
import "@bpmn-io/form-js-viewer/dist/assets/flatpickr/light.css";
import "@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css";
import "@bpmn-io/form-js-editor/dist/assets/dragula.css";
import { autosave } from "./studio/autosave.js";
import { walkFrames } from "./studio/frames.js";
import { componentsModule } from "./form/components.js";
import { Panel } from "./form/panel.js";
import { keepSample } from "./form/sample.js";
import "./form/designer.css";

async function open(canvas) {
  const { schema, parts } = JSON.parse(document.querySelector("#form-data").dataset.json);

  const editor = new FormEditor({
    container: canvas,
    parts,
    palette: { parent: document.createElement("div") },
    propertiesPanel: { parent: document.createElement("div") },
    additionalModules: [componentsModule],
  });
  await editor.importSchema(schema);
  const panel = new Panel(document.querySelector("#properties"), editor, parts);
  const selection = editor.get("selection");
  selection.toggle = (component) => selection.set(component); // a second click does not let go of what was just added
  const registry = editor.get("formFieldRegistry");

  // -- keeping ------------------------------------------------------------------------------------------------------------

  const findings = document.querySelector("#findings");
  const sample = keepSample(document.querySelector("#preview"));
  const saving = autosave(
    canvas.dataset.formEditor,
    () => {
      const data = sample.typed();
      data.set("_schema", JSON.stringify(editor.saveSchema()));
      return data;
    },
    (answer) => {
      findings.innerHTML = answer.findings;
      sample.show(answer.preview);
    },
  );
  const commands = editor.get("commandStack");
  editor.on("commandStack.changed", () => {
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

  findings.addEventListener("click", ({ target }) => {
    const component = registry.get(target.closest("[data-component]")?.dataset.component);
    if (component) selection.set(component);
  });

  // -- adding, by a click or the keyboard as by dragging --------------------------------------------------------------------

  // Behind the selected component, in a selected group, else at the end.
  function place() {
    const { root } = panel;
    const selected = selection.get() && registry.get(selection.get().id);
    if (!selected || selected.type === "default") return [root, root.components.length];
    if (selected.components) return [selected, selected.components.length];
    const parent = registry.get(selected._parent);
    return [parent, parent.components.findIndex(({ id }) => id === selected.id) + 1];
  }

  document.querySelector(".palette").addEventListener("click", ({ target }) => {
    const type = target.closest("[data-field-type]")?.dataset.fieldType;
    if (!type) return;
    const [parent, index] = place();
    const layout = { row: editor.get("formLayouter").nextRowId(), columns: null };
    const added = editor.get("modeling").addFormField({ type, _parent: parent.id, layout }, parent, index);
    selection.set(registry.get(added.id));
    // form-js takes the focus when it has drawn what is selected.
    setTimeout(() => document.querySelector("#properties :is(input, textarea, select)")?.focus(), 50);
  });

  canvas.addEventListener("keydown", (event) => {
    if (!event.target.matches(".fjs-element")) return;
    if (event.key === "Delete") panel.remove();
    else if (event.altKey && event.key === "ArrowUp") panel.move(-1);
    else if (event.altKey && event.key === "ArrowDown") panel.move(1);
    else return;
    event.preventDefault();
  });
}

const canvas = document.querySelector("[data-form-editor]");
if (canvas) open(canvas);
walkFrames();
