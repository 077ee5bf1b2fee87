import assert from "node:assert/strict";
import { test } from "node:test";
import * as filters from "./filters.js";

const NAME = { name: "name", type: "text", operators: ["contains", "is", "empty"] };
const OPEN = { name: "open", type: "number", operators: ["is", "more", "between"] };
const TAGS = { name: "tags", type: "links", operators: ["any_of", "empty"], choices: [{ value: "t1" }] };
const SEEN = { name: "seen", type: "moment", operators: ["in_last", "before"] };
const FIELDS = [NAME, OPEN, TAGS, SEEN];

test("a new condition has its field's usual operator", () => {
  assert.deepEqual(filters.conditionOn(TAGS), { field: "tags", op: "any_of", value: [] });
  assert.deepEqual(filters.conditionOn(SEEN).value, { count: 7, unit: "days" });
});

test("another operator keeps the value that still fits", () => {
  const condition = { field: "name", op: "contains", value: "roux" };
  assert.equal(filters.withOp(NAME, condition, "is").value, "roux");
  assert.deepEqual(filters.withOp(NAME, condition, "empty"), { field: "name", op: "empty" });
});

test("what is incomplete is not sent, and numbers are sent as numbers", () => {
  const filter = {
    any: [
      { field: "name", op: "contains", value: " " },
      { field: "open", op: "between", value: ["2", "10"] },
      { all: [{ field: "tags", op: "any_of", value: [] }] },
      { field: "gone", op: "is", value: 1 },
    ],
  };
  assert.deepEqual(filters.sendable(filter, FIELDS), {
    any: [{ field: "open", op: "between", value: [2, 10] }],
  });
  assert.deepEqual(filters.sendable({ all: [] }, FIELDS), { all: [] });
});

test("a span from the larger to the smaller is incomplete", () => {
  assert.equal(filters.complete(OPEN, { op: "between", value: ["10", "9"] }), false);
});

test("parts are replaced, added and taken away where they are", () => {
  const filter = { all: [{ field: "a" }, { any: [{ field: "b" }, { field: "c" }] }] };
  assert.deepEqual(filters.replaced(filter, [1, 0], { field: "x" }).all[1].any[0], { field: "x" });
  assert.deepEqual(filters.without(filter, [1, 1]).all[1].any, [{ field: "b" }]);
  assert.deepEqual(filters.without(filter, [0]).all.length, 1);
  assert.deepEqual(filters.joined(filter, "not").not.length, 2);
});

test("an address that holds no filter holds everything", () => {
  for (const text of ["", "{", "[]", "1", '{"x": 1}']) assert.deepEqual(filters.read(text), { all: [] });
  assert.deepEqual(filters.read('{"field":"name","op":"empty"}'), { all: [{ field: "name", op: "empty" }] });
  assert.equal(filters.write({ all: [{ any: [] }] }), "");
});

test("a list of conditions is told from a filter with groups", () => {
  assert.equal(filters.flat({ all: [{ field: "a" }] }).length, 1);
  assert.equal(filters.flat({ any: [{ field: "a" }] }), null);
  assert.equal(filters.flat({ all: [{ any: [] }] }), null);
});
