import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, elapsed, left, running, urgency } from "./clock.js";

const nine = Date.parse("2026-03-03T09:00:00Z");

test("the server's clock is believed, half of the way there and back counted", () => {
  const clock = new Clock(() => nine);
  clock.adjust("2026-03-03T09:00:10Z", 400);
  assert.equal(clock.now(), nine + 10_200);
  clock.adjust("nonsense");
  assert.equal(clock.now(), nine + 10_200);
});

test("a duration runs from what the server said, and never goes below zero", () => {
  assert.equal(elapsed("2026-03-03T08:58:55Z", nine), 65);
  assert.equal(elapsed("2026-03-03T09:05:00Z", nine), 0);
});

test("durations read as clocks do", () => {
  assert.deepEqual([0, 7, 65, 3600, 3723].map(running), ["0:00", "0:07", "1:05", "1:00:00", "1:02:03"]);
});

test("an offer's ring empties from one to nothing", () => {
  assert.deepEqual(left("2026-03-03T09:00:30Z", 30, nine), { seconds: 30, part: 1 });
  assert.deepEqual(left("2026-03-03T09:00:15Z", 30, nine), { seconds: 15, part: 0.5 });
  assert.deepEqual(left("2026-03-03T08:59:00Z", 30, nine), { seconds: 0, part: 0 });
});

test("a wait is late over its target, and soon at three quarters of it", () => {
  assert.deepEqual(
    [15, 16, 20, 21].map((s) => urgency(s, 20)),
    ["fine", "soon", "soon", "late"],
  );
  assert.equal(urgency(9999, undefined), "fine");
});
