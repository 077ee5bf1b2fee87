import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogues, choose, speaker } from "../strings/index.js";
import { contrast, hex, on, parse, readable } from "./colour.js";
import { backoff, isFinal } from "./patience.js";
import { pieces, size } from "./text.js";
import { When } from "./when.js";

test("only http and https become links, without the sentence's own marks", () => {
  assert.deepEqual(pieces("Voyez https://example.com/a(b), merci."), [
    { text: "Voyez " },
    { text: "https://example.com/a(b)", link: "https://example.com/a(b)" },
    { text: ", merci." },
  ]);
  assert.deepEqual(pieces("javascript:alert(1)"), [{ text: "javascript:alert(1)" }]);
  assert.deepEqual(pieces("http://"), [{ text: "http://" }]);
});

test("pieces put together are the text", () => {
  for (const text of ["", "a", "https://example.com", "x https://example.com). https://b.example.com!! y"]) {
    assert.equal(
      pieces(text)
        .map((p) => p.text)
        .join(""),
      text,
    );
  }
});

test("waiting doubles up to half a minute and never ends", () => {
  assert.equal(backoff(1, 0.5), 500);
  assert.equal(backoff(3, 0.5), 2000);
  assert.equal(backoff(1000, 0.5), 30000);
  assert.ok(backoff(1, 0) < backoff(1, 1));
});

test("what can never succeed is not tried again", () => {
  assert.equal(isFinal("malformed"), true);
  for (const code of ["try_later", "store_unavailable", "too_many_requests", "error"])
    assert.equal(isFinal(code), false);
});

test("any accent has readable text on it and reads on both grounds", () => {
  for (const colour of ["#c1272d", "#ffe600", "#000000", "#ffffff", "#0a7", "#777777"]) {
    const rgb = parse(colour);
    assert.ok(contrast(rgb, parse(on(rgb))) >= 4.4, colour);
    for (const ground of [
      [255, 255, 255],
      [22, 24, 29],
    ])
      assert.ok(contrast(parse(readable(rgb, ground)), ground) >= 4.5, colour);
  }
  assert.equal(parse("red; background: url(x)"), null);
  assert.equal(hex([0, 170, 119]), "#00aa77");
});

test("both catalogues say everything, with the same gaps", () => {
  const gaps = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  assert.deepEqual(Object.keys(catalogues.fr).sort(), Object.keys(catalogues.en).sort());
  for (const name of Object.keys(catalogues.fr))
    assert.deepEqual(gaps(catalogues.fr[name]), gaps(catalogues.en[name]), name);
});

test("the language is the first wished one that we speak", () => {
  assert.equal(choose("de", "fr-CA"), "fr");
  assert.equal(choose(null, "pt"), "en");
  assert.equal(speaker("fr")("place", { place: 2 }), "Vous êtes n° 2 dans la file");
});

test("days and moments are told in the visitor's own time", () => {
  const when = new When("fr", speaker("fr"), () => new Date("2026-03-02T23:30:00Z"), "Europe/Paris");
  assert.equal(when.day("2026-03-03T00:10:00+00:00"), "Aujourd’hui");
  assert.equal(when.day("2026-03-02T10:00:00+00:00"), "Hier");
  assert.match(when.day("2026-02-27T10:00:00+00:00"), /vendredi/);
  assert.match(when.soon("2026-03-04T08:00:00+00:00"), /mercredi à 0?9:00/);
});

test("sizes are written for people", () => {
  assert.match(size(2_500_000, "fr"), /2,5/);
  assert.match(size(12, "en"), /1 ?kB/);
});
