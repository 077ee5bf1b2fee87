import assert from "node:assert/strict";
import { test } from "node:test";
import { confusedOf, figuresOf, intentsOf, mistakesOf, overlapsOf, pointAt } from "./reports.js";
import { guessesOf } from "./review.js";

const REPORT = {
  accuracy: 0.9,
  macro_f1: 0.8,
  calibration_error: 0.02,
  out_of_scope_recall: null,
  intents: {
    greet: { f1: 1, precision: 1, recall: 1, examples: 5 },
    order: { f1: 0.6, precision: 0.5, recall: 0.7, examples: 10 },
    refund: { f1: 0.7, precision: 0.8, recall: 0.6, examples: 8 },
  },
  confusion: [
    ["greet", "greet", 5],
    ["order", "order", 7],
    ["order", "refund", 3],
    ["refund", "order", 2],
    ["refund", "refund", 6],
  ],
  mistakes: [
    { text: "where is it", expected: "order", answered: "refund", confidence: 0.5 },
    { text: "money", expected: "refund", answered: "order", confidence: 0.4 },
  ],
};

test("intents come weakest first, with what changed since another version", () => {
  const before = { intents: { order: { f1: 0.5 } } };
  assert.deepEqual(
    intentsOf(REPORT, before).map((one) => [one.name, one.change && Number(one.change.toFixed(2))]),
    [
      ["order", 0.1],
      ["refund", null],
      ["greet", null],
    ],
  );
});

test("only what is confused is drawn, and pairs are counted both ways", () => {
  assert.deepEqual(
    confusedOf(REPORT).map((row) => [row.name, ...row.cells.map((cell) => cell.count)]),
    [
      ["order", 7, 3],
      ["refund", 2, 6],
    ],
  );
  assert.deepEqual(overlapsOf(REPORT), [{ names: ["order", "refund"], count: 5 }]);
  assert.deepEqual(
    mistakesOf(REPORT, "order", null).map((one) => one.text),
    ["where is it"],
  );
});

test("figures that a report has not are left out", () => {
  assert.deepEqual(
    figuresOf(REPORT, { accuracy: 0.8 }).map((one) => one.name),
    ["accuracy", "macro_f1", "calibration_error"],
  );
});

test("the point of a curve is the nearest", () => {
  const curve = [{ floor: -2 }, { floor: 0.5 }, { floor: 3 }];
  assert.equal(pointAt(curve, 1), curve[1]);
});

test("guesses begin with the bot's own, then those whose examples share words", () => {
  const intents = [
    { name: "order", value: { examples: { en: ["where is my parcel"] } } },
    { name: "refund", value: { examples: { en: ["send the parcel back for money"] } } },
    { name: "greet", value: { examples: { en: ["hello"] } } },
  ];
  const item = { text: "parcel and money back", intent: "order", language: "en" };
  assert.deepEqual(guessesOf(item, intents), ["order", "refund"]);
});
