// What the pages gain where scripts run; they are complete without. htmx works by attributes, nothing else is needed.
import "htmx.org/dist/htmx.esm.js";
import "./form.js";
import "./worklist.js";
import "./relogin.js";
import "./find.js";
