import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WEB = fileURLToPath(new URL("../..", import.meta.url));
const files = readdirSync(WEB, { recursive: true }).filter(
  (name) => name.endsWith(".js") && !name.startsWith("vendor/"),
);
const code = files
  .filter((name) => !name.includes("strings/") && !name.endsWith(".test.js"))
  .map((name) => readFileSync(join(WEB, name), "utf-8"))
  .join("\n");

/** All texts of a language, of every page; a key that two pages have is a mistake. */
async function catalogue(language) {
  const all = {};
  for (const name of files.filter((file) => file.endsWith(`strings/${language}.js`)).sort()) {
    for (const [key, text] of Object.entries((await import(join(WEB, name))).default)) {
      assert.ok(!(key in all), `${key} is in ${name} and elsewhere`);
      all[key] = text;
    }
  }
  return all;
}

const en = await catalogue("en");
const fr = await catalogue("fr");

const forms = (text) => (typeof text === "string" ? [text] : Object.values(text));
const placeholders = (text) =>
  [...new Set(forms(text).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

/**
 * Keys named in full, and beginnings of keys whose end is a value: t(`presence.${x}`), word("presence", x).
 */
const named = new Set([...code.matchAll(/"([a-z_]+(?:[.-][a-z_]+)+)"/g)].map((m) => m[1]));
const asked = [...code.matchAll(/\bt\(\s*"([^"]+)"/g)].map((m) => m[1]);
const beginnings = [
  ...[...code.matchAll(/\bt\(`([a-z_.]+)\$\{/g)].map((m) => m[1]),
  ...[...code.matchAll(/\bword\("([a-z_.]+)"/g)].map((m) => `${m[1]}.`),
];

test("both languages have the same keys, and none is empty", () => {
  assert.deepEqual(Object.keys(fr), Object.keys(en));
  for (const catalogue of [fr, en])
    for (const [key, text] of Object.entries(catalogue))
      assert.ok(
        forms(text).every((f) => f.trim()),
        key,
      );
});

test("both languages fill the same places and have the same plural forms", () => {
  for (const key of Object.keys(en)) {
    assert.deepEqual(placeholders(fr[key]), placeholders(en[key]), key);
    assert.equal(typeof fr[key], typeof en[key], key);
    if (typeof en[key] !== "string") assert.deepEqual(Object.keys(fr[key]), ["one", "other"], key);
  }
});

test("every key the code asks for exists", () => {
  assert.ok(asked.length > 100);
  assert.deepEqual(
    asked.filter((key) => !(key in en)),
    [],
  );
});

test("every family of keys the code builds has members", () => {
  const keys = Object.keys(en);
  assert.deepEqual(
    beginnings.filter((start) => !keys.some((key) => key.startsWith(start))),
    [],
  );
});

test("no key is there that nobody asks for", () => {
  const used = (key) => named.has(key) || beginnings.some((start) => key.startsWith(start));
  assert.deepEqual(
    Object.keys(en).filter((key) => !used(key)),
    [],
  );
});

test("French has no break before its double punctuation", () => {
  const loose = Object.entries(fr).filter(([, text]) => forms(text).some((form) => / [:;?!»]/.test(form)));
  assert.deepEqual(loose, []);
});
