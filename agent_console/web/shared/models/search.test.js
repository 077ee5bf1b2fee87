import assert from "node:assert/strict";
import { test } from "node:test";
import { best, score } from "./search.js";

test("accents, case and the order of words don't matter", () => {
  assert.ok(score("Hélène Marchand", "marchand helene") > 0);
  assert.equal(score("Hélène Marchand", "durand"), 0);
});

test("the start of a word beats its middle", () => {
  assert.deepEqual(
    best(["Plantin", "Antoine"], "ant", (x) => x),
    ["Antoine", "Plantin"],
  );
});

test("nothing typed keeps all, in their order, up to the limit", () => {
  assert.deepEqual(
    best(["b", "a", "c"], "", (x) => x, 2),
    ["b", "a"],
  );
});
