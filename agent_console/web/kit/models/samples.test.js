import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, rowsOf } from "./samples.js";

test("the rows are the same each time", () => {
  assert.deepEqual(rowsOf(3), rowsOf(3));
});

test("pages follow each other in order", () => {
  const rows = rowsOf(250);
  const first = answer(rows, { sort: "-amount" });
  const second = answer(rows, { sort: "-amount", cursor: first.next });
  assert.equal(first.total, 250);
  assert.ok(first.items.at(-1).amount >= second.items[0].amount);
});
