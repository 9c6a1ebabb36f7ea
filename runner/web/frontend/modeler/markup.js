// Elements of a page, made without markup in text.
const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  error: "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM9 9l6 6M15 9l-6 6",
  warning: "M12 4l9 16H3zM12 10v4.5M12 17.2v.1",
};

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// A sign that `label` puts into words.
export function icon(name, label) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ class: "i", viewBox: "0 0 24 24", role: "img", "aria-label": label }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
