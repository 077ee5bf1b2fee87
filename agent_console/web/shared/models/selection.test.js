import assert from "node:assert/strict";
import { test } from "node:test";
import * as selection from "./selection.js";

const LOADED = ["a", "b", "c", "d"];

test("one is chosen and let go", () => {
  const one = selection.toggled(selection.NONE, "b", LOADED);
  assert.deepEqual(one.ids, ["b"]);
  assert.deepEqual(selection.toggled(one, "b", LOADED).ids, []);
});

test("a range is chosen in either direction", () => {
  assert.deepEqual(selection.through(selection.NONE, "c", "a", LOADED).ids, ["a", "b", "c"]);
});

test("all that is loaded, then none", () => {
  const all = selection.allLoaded(selection.NONE, LOADED);
  assert.deepEqual(all.ids, LOADED);
  assert.deepEqual(selection.allLoaded(all, LOADED), selection.NONE);
});

test("out of everything, letting one go leaves the loaded others", () => {
  const all = selection.everything();
  assert.equal(selection.countOf(all, 12_000), 12_000);
  assert.deepEqual(selection.toggled(all, "a", LOADED).ids, ["b", "c", "d"]);
});
