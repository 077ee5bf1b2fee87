import assert from "node:assert/strict";
import { test } from "node:test";
import * as chart from "./chart.js";

test("ticks are round and reach the largest value", () => {
  assert.deepEqual(chart.ticksFor(9), [0, 2.5, 5, 7.5, 10]);
  assert.deepEqual(chart.ticksFor(100), [0, 25, 50, 75, 100]);
  assert.deepEqual(chart.ticksFor(0), [0, 1]);
  assert.deepEqual(chart.ticksFor(2, { whole: true }), [0, 1, 2]);
  assert.deepEqual(chart.ticksFor(9, { whole: true }), [0, 5, 10]);
  assert.ok(chart.ticksFor(0.07).at(-1) >= 0.07);
});

test("stacked series add up", () => {
  const series = [{ values: [1, 5] }, { values: [4, 2] }];
  assert.equal(chart.largestOf(series, false), 5);
  assert.equal(chart.largestOf(series, true), 7);
  assert.equal(chart.largestOf([], true), 0);
});

test("a line has a gap where nothing was measured", () => {
  const path = chart.linePath(
    [1, null, 3],
    (i) => i,
    (v) => v,
  );
  assert.equal(path, "M0.0 1.0M2.0 3.0");
});

test("labels leave each other room", () => {
  const shown = chart.everyOther(24, 240, 40);
  assert.equal([...Array(24).keys()].filter(shown).length, 6);
});
