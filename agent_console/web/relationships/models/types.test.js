import assert from "node:assert/strict";
import { test } from "node:test";
import { calledFrom, choicesFor } from "./types.js";

const own = [{ id: "t1", name: "Parrain de", inverse: "Filleul de", source: "person", target: "person" }];

test("a person is offered what a person may be, from either side, once where both are the same", () => {
  const keys = choicesFor("person", own).map((choice) => choice.key ?? choice.name);
  assert.ok(keys.includes("works_for") && keys.includes("Parrain de") && keys.includes("Filleul de"));
  assert.ok(!keys.includes("employs") && !keys.includes("subsidiary_of"));
  assert.equal(keys.filter((key) => key === "same_household").length, 1);
});

test("a relationship is called by the word of the side it is read from", () => {
  assert.deepEqual(calledFrom({ type: "works_for", inverse: true }, own), { key: "employs" });
  assert.deepEqual(calledFrom({ type: "t1", inverse: false }, own), { name: "Parrain de" });
  assert.deepEqual(calledFrom({ type: "gone", inverse: false }, own), { name: "?" });
});
