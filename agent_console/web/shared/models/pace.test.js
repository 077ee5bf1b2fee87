import assert from "node:assert/strict";
import { test } from "node:test";
import { paceOf } from "./pace.js";

const job = {
  done: 250,
  total: 1000,
  started_at: "2026-03-04T10:00:00Z",
  updated_at: "2026-03-04T10:00:05Z",
};

test("rate and time left follow from what is done", () => {
  assert.deepEqual(paceOf(job), { part: 0.25, rate: 50, left: 15 });
});

test("before it began nothing is known", () => {
  assert.deepEqual(paceOf({ ...job, done: 0, total: null, started_at: null }), {
    part: null,
    rate: null,
    left: null,
  });
});
