// Stands in for a package of which a page shows nothing (lean.js). Whatever is taken from it is a function that, called
// or constructed, gives itself.
const nothing = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : nothing),
  apply: () => nothing,
  construct: () => nothing,
});
module.exports = nothing;
