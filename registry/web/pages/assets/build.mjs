// Makes the styles and the script of all pages, and the fixtures that tests compare our components with; writes
// down in built.json what came of what.
// A developer runs it with `make assets`; the registry itself never needs Node.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

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

const govuk = "node_modules/govuk-frontend/dist/govuk/components";
const components = readFileSync(here("registry.scss"), "utf8").matchAll(/components\/([a-z-]+)"/g);
const fixtures = [...components].flatMap(([, component]) =>
  JSON.parse(readFileSync(here(`${govuk}/${component}/fixtures.json`), "utf8")).fixtures.map(
    ({ name, options, html }) => ({ component, name, options, html }),
  ),
);
const fixturesFile = "../../../../tests/unit/web/govuk-frontend-fixtures.json.gz";
writeFileSync(here(fixturesFile), gzipSync(JSON.stringify(fixtures), { level: 9 }));

const of = (names) => Object.fromEntries(names.map((name) => [name, sha256(name)]));
const built = {
  from: of(["build.mjs", "package.json", "package-lock.json", "registry.js", "registry.scss"]),
  made: of(["../static/registry.css", "../static/registry.js", fixturesFile]),
};
writeFileSync(here("built.json"), JSON.stringify(built, null, 2) + "\n");
