import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { modules, page } from "./preload.mjs";

const WEB = dirname(fileURLToPath(import.meta.url));
const read = (name) => readFileSync(join(WEB, name), "utf-8");
const index = read("index.html");
const ours = () => readdirSync(WEB, { recursive: true }).filter((name) => !name.startsWith("vendor/"));

test("the page asks for every module it needs at once (else: node preload.mjs --write)", () => {
  assert.equal(index, page());
});

test("the import map says what the vendored libraries are", () => {
  const { imports } = JSON.parse(/<script type="importmap">([\s\S]*?)<\/script>/.exec(index)[1]);
  const manifest = JSON.parse(read("vendor/manifest.json")).imports;
  for (const [bare, url] of Object.entries(imports)) assert.equal(url, `/console/vendor/${manifest[bare]}`);
});

test("the page has one inline script, no inline style and no handler, as its policy demands", () => {
  const inline = [...index.matchAll(/<script([^>]*)>/g)].filter(
    ([, attributes]) => !attributes.includes("src="),
  );
  assert.equal(inline.length, 1);
  assert.doesNotMatch(index, /<style|\sstyle=|\son\w+=/);
});

test("every file the page links to is there", () => {
  const files = [...index.matchAll(/(?:href|src)="\/console\/([^"]+)"/g)].map((match) => match[1]);
  assert.deepEqual(
    files.filter((name) => !existsSync(join(WEB, name))),
    [],
  );
});

test("models never touch the page", () => {
  const touching = ours()
    .filter((name) => name.includes("/models/") && name.endsWith(".js") && !name.endsWith(".test.js"))
    .filter((name) => /\b(document|window|localStorage|navigator|fetch)\b\s*[.(]/.test(read(name)));
  assert.deepEqual(touching, []);
});

test("every module is reached from app.js, or is run by node", () => {
  const reached = new Set(modules({ later: true }));
  assert.deepEqual(
    ours().filter((name) => name.endsWith(".js") && !name.endsWith(".test.js") && !reached.has(name)),
    [],
  );
});
