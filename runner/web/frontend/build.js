// Bundles what the pages load into ../static/build, each script and style with a compressed twin beside it.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { lean } from "./bundler/lean.js";
import { literals } from "./bundler/literals.js";
import { check, security } from "./bundler/security.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "../static/build");

// Each page with an editor loads that editor's bundle; what every page loads stays small.
const BUNDLES = [
  { entryPoints: ["main.js", "main.css", "studio.css", "audit.css", "reporting.css", "worklist.css", "trial.css", "trial.js"], plugins: [] },
  { entryPoints: ["viewer.js", "replay.js", "modeler.js", "table_editor.js"], plugins: [literals, security] },
  { entryPoints: ["form_editor.js"], plugins: [lean, literals, security] },
];
const OPTIONS = {
  absWorkingDir: here,
  outdir: out,
  bundle: true,
  minify: true,
  target: ["es2020", "chrome100", "firefox102", "safari15"],
  loader: { ".woff2": "file" },
  assetNames: "[name]",
  legalComments: "eof",
  logLevel: "warning",
  write: false,
};

// A page that is being served meanwhile sees the old file or the new one, never half of one.
function write(name, content) {
  const draft = join(out, `.${name}.${process.pid}`);
  writeFileSync(draft, content);
  renameSync(draft, join(out, name));
}

const bundles = await Promise.all(BUNDLES.map((bundle) => build({ ...OPTIONS, ...bundle })));
check();
mkdirSync(out, { recursive: true });
for (const { path, contents } of bundles.flatMap(({ outputFiles }) => outputFiles)) {
  const name = basename(path);
  write(name, contents);
  if (!name.endsWith(".woff2")) write(`${name}.gz`, gzipSync(contents, { level: 9 }));
}
