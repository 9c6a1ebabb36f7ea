// Bundles what the pages load into ../static/build, each file with a compressed twin beside it.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = join(here, "../static/build");

// A page that is being served meanwhile sees the old file or the new one, never half of one.
function write(name, content) {
  const draft = join(out, `.${name}.${process.pid}`);
  writeFileSync(draft, content);
  renameSync(draft, join(out, name));
}

const { outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: ["main.js", "main.css", "paper.js", "paper.css"],
  outdir: out,
  bundle: true,
  minify: true,
  target: ["es2020", "chrome100", "firefox102", "safari15"],
  legalComments: "eof",
  logLevel: "warning",
  write: false,
});
mkdirSync(out, { recursive: true });
for (const { path, contents } of outputFiles) {
  const name = basename(path);
  write(name, contents);
  write(`${name}.gz`, gzipSync(contents, { level: 9 }));
}
