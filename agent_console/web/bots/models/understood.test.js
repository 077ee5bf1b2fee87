import assert from "node:assert/strict";
import { test } from "node:test";
import { byIntent, doubtful } from "./understood.js";

const ITEMS = [
  { id: "1", intent: "greet", confidence: 0.98, out_of_scope: false },
  { id: "2", intent: "order_status", confidence: 0.5, out_of_scope: false },
  { id: "3", intent: "order_status", confidence: 0.3, out_of_scope: false },
  { id: "4", intent: "help", confidence: 0.9, out_of_scope: true },
];

test("what was refused comes first, then the least sure", () => {
  assert.deepEqual(
    doubtful(ITEMS).map((item) => item.id),
    ["4", "3", "2"],
  );
});

test("intents are counted, the most first", () => {
  assert.deepEqual(byIntent(ITEMS)[0], { intent: "order_status", count: 2 });
});
