// What is ours in the modeler: the diagram's contract, limits, filtered menus and the panel.
import { Contract } from "./contract.js";
import { Limits } from "./limit.js";
import { Menus } from "./menu.js";
import { Panel } from "./panel/panel.js";

// `choices`: what may be written at the elements (runner/authoring/choices.py). `server.check(condition)` answers
// {text} or {message, instead}.
export const studio = (choices, server) => ({
  __init__: ["contract", "limits", "menus", "panel"],
  choices: ["value", choices],
  server: ["value", server],
  contract: ["type", Contract],
  limits: ["type", Limits],
  menus: ["type", Menus],
  panel: ["type", Panel],
});
