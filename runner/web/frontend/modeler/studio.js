// What is ours in the modeler: the diagram's contract, limits, filtered menus and the panel.
import { Contract } from "./contract.js";
import { Limits } from "./limit.js";
import { Menus } from "./menu.js";
import { Panel } from "./panel/panel.js";

// `vocabulary`: what may be written at the elements (runner/authoring/vocabulary.py). `server.check(condition)` answers
// {text} or {message, instead}.
export const studio = (vocabulary, server) => ({
  __init__: ["contract", "limits", "menus", "panel"],
  vocabulary: ["value", vocabulary],
  server: ["value", server],
  contract: ["type", Contract],
  limits: ["type", Limits],
  menus: ["type", Menus],
  panel: ["type", Panel],
});
