import assert from "node:assert/strict";
import { test } from "node:test";
import { arranged, moved, sized, toggled } from "./columns.js";

const COLUMNS = [
  { id: "name", width: 200, min: 100 },
  { id: "tags", width: 120 },
  { id: "born", width: 90, shown: false },
];
const ids = (arrangement) => arranged(COLUMNS, arrangement).map((column) => column.id);

test("without an arrangement the usual columns are shown", () => {
  assert.deepEqual(ids(null), ["name", "tags"]);
});

test("a column is shown, hidden, and the last one stays", () => {
  const all = toggled(COLUMNS, null, "born");
  assert.deepEqual(ids(all), ["name", "tags", "born"]);
  const one = toggled(COLUMNS, toggled(COLUMNS, all, "tags"), "born");
  assert.deepEqual(ids(one), ["name"]);
  assert.deepEqual(ids(toggled(COLUMNS, one, "name")), ["name"]);
});

test("a column moves as far as there are places", () => {
  assert.deepEqual(ids(moved(COLUMNS, null, "name", 1)), ["tags", "name"]);
  assert.deepEqual(ids(moved(COLUMNS, null, "name", 9)), ["tags", "name"]);
  assert.deepEqual(ids(moved(COLUMNS, null, "name", -1)), ["name", "tags"]);
});

test("a width has its least and its most", () => {
  const widths = (width) => arranged(COLUMNS, sized(COLUMNS, null, "name", width))[0].width;
  assert.deepEqual([widths(10), widths(333.4), widths(5000)], [100, 333, 800]);
});

test("a column that is no more is left out", () => {
  assert.deepEqual(ids({ order: ["gone", "tags"] }), ["tags"]);
});
