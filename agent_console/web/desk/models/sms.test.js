import assert from "node:assert/strict";
import { test } from "node:test";
import { segments } from "./sms.js";

test("160 characters of the basic alphabet are one SMS, 161 are two", () => {
  assert.deepEqual(segments("é".repeat(160)), { segments: 1, units: 160, left: 0, unicode: false });
  assert.equal(segments("a".repeat(161)).segments, 2);
  assert.equal(segments("a".repeat(306)).segments, 2);
  assert.equal(segments("a".repeat(307)).segments, 3);
});

test("the euro sign and brackets take two places", () => {
  assert.equal(segments("€".repeat(80)).left, 0);
  assert.equal(segments("€".repeat(81)).segments, 2);
});

test("one character outside the alphabet makes parts of 70", () => {
  assert.deepEqual(segments(`ê${"a".repeat(69)}`), { segments: 1, units: 70, left: 0, unicode: true });
  assert.equal(segments(`ê${"a".repeat(70)}`).segments, 2);
});

test("a character is never split between two parts", () => {
  const text = `${"a".repeat(152)}€${"a".repeat(152)}`;
  assert.equal(segments(text).segments, 3);
  assert.equal(segments(`${"a".repeat(66)}😀${"a".repeat(66)}`).segments, 3);
});

test("no text is no SMS", () => {
  assert.equal(segments("").segments, 0);
});
