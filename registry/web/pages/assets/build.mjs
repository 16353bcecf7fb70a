// Makes ../static/registry.css and ../static/registry.js, and writes down in built.json what came of what.
// A developer runs it with `make assets`; the registry itself never needs Node.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { build } from "esbuild-wasm";
import { NodePackageImporter, compile } from "sass";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const sha256 = (name) => createHash("sha256").update(readFileSync(here(name))).digest("hex");
const notice = "/*! Contains GOV.UK Frontend 6.3.0, Copyright (c) Crown Copyright, under the MIT licence */\n";

const styles = compile(here("registry.scss"), {
  importers: [new NodePackageImporter(here("."))],
  charset: false,
  style: "compressed",
});
writeFileSync(here("../static/registry.css"), notice + styles.css + "\n");

await build({
  entryPoints: [here("registry.js")],
  outfile: here("../static/registry.js"),
  banner: { js: notice },
  bundle: true,
  charset: "utf8",
  format: "esm",
  minify: true,
  target: "es2022",
});

const of = (names) => Object.fromEntries(names.map((name) => [name, sha256(name)]));
const built = {
  from: of(["build.mjs", "package.json", "package-lock.json", "registry.js", "registry.scss"]),
  made: of(["../static/registry.css", "../static/registry.js"]),
};
writeFileSync(here("built.json"), JSON.stringify(built, null, 2) + "\n");
