// Makes the packages of bpmn.io keep our Content-Security-Policy: what they would write as inline style goes through the
// CSSOM, and their icon fonts come as one file. Each edit says which files it changes; the build fails when one of them
// no longer has what is to be edited, or is not loaded at all.
import { readFileSync } from "node:fs";

const EDITS = [
  {
    what: "CodeMirror's style sheets are adopted by the document too, not only by shadow roots",
    filter: /[\\/]style-mod[\\/]src[\\/]style-mod\.js$/,
    edit: (text) => replace(text, "if (!root.head && root.adoptedStyleSheets", "if (root.adoptedStyleSheets"),
  },
  {
    what: "a style in markup made by domify is set once the element is there",
    filter: /[\\/]domify[\\/]index\.js$/,
    edit: (text) => replace(text, "element.innerHTML = prefix + htmlString + suffix;", SET_STYLES),
  },
  {
    what: "the icons of aligning and distributing say by attributes how they look",
    filter: /[\\/](AlignElementsIcons|DistributeElementsIcons)\.js$/,
    files: 2,
    edit: (text) => replace(text, /style="([^"]*)"/g, (_, style) => style.replace(/([\w-]+):([^;]+);?/g, '$1="$2" ')),
  },
  {
    what: "an icon font comes as woff2, which every browser that we serve reads",
    filter: /[\\/](bpmn|dmn)-font[\\/]css[\\/](bpmn|dmn)\.css$/,
    files: 2,
    edit: (text) => replace(text, /src: url\('[^']*eot[^;]*;\s*src:[^;]*url\('([^'?]*\.woff2)\?(\d+)'\)[^;]*;/, WOFF2),
  },
];
const SET_STYLES = `element.innerHTML = (prefix + htmlString + suffix).replace(/(<[^<>]*?)\\sstyle=/g, "$1 data-inline=");
\tfor (const each of element.querySelectorAll("[data-inline]")) {
\t\teach.style.cssText = each.dataset.inline;
\t\tdelete each.dataset.inline;
\t}`;
const WOFF2 = (_, file, version) => `src: url('${file}?v=${version}') format('woff2');`;

function replace(text, target, replacement) {
  const found = text.split(target).length > 1;
  if (!found) throw new Error(`nothing to edit: ${target}`);
  return text.replace(target, typeof replacement === "string" ? () => replacement : replacement);
}

// How many of the files that an edit is for have been edited, over all bundles.
const edited = EDITS.map(() => new Set());

export const security = {
  name: "security",
  setup: ({ onLoad }) =>
    EDITS.forEach(({ what, filter, edit }, index) =>
      onLoad({ filter }, ({ path }) => {
        try {
          const contents = edit(readFileSync(path, "utf8"));
          edited[index].add(path);
          return { contents, loader: path.endsWith(".css") ? "css" : "js" };
        } catch ({ message }) {
          return { errors: [{ text: `${what}: ${message}` }] };
        }
      }),
    ),
};

// Throws when a file that is to be edited was in no bundle: the package has moved it.
export function check() {
  for (const [index, { what, files = 1 }] of EDITS.entries())
    if (edited[index].size !== files) throw new Error(`${what}: ${edited[index].size} files edited, not ${files}`);
}
