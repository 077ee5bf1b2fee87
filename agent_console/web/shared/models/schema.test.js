import assert from "node:assert/strict";
import { test } from "node:test";
import * as model from "./schema.js";

const DEFINITIONS = { Colour: { enum: ["grey", "red"], type: "string" } };
const SCHEMA = {
  required: ["name", "rights"],
  properties: {
    name: { type: "string", minLength: 1, maxLength: 5 },
    colour: { $ref: "#/components/schemas/Colour", default: "grey" },
    age: { anyOf: [{ type: "integer", minimum: 1, maximum: 9 }, { type: "null" }] },
    rights: { type: "array", items: { enum: ["a", "b"] }, minItems: 1 },
    shared: { type: "boolean", default: false },
  },
};
const FIELDS = model.fieldsOf(SCHEMA, DEFINITIONS);
const kinds = Object.fromEntries(FIELDS.map((field) => [field.name, field.kind]));

test("each field has its kind", () => {
  assert.deepEqual(kinds, {
    name: "text",
    colour: "choice",
    age: "number",
    rights: "choices",
    shared: "yes_no",
  });
});

test("a form begins with the thing, else with the defaults", () => {
  assert.deepEqual(model.initial(FIELDS, null), {
    name: "",
    colour: "grey",
    age: "",
    rights: [],
    shared: false,
  });
  assert.equal(model.initial(FIELDS, { name: "Ada" }).name, "Ada");
});

test("what is wrong is found before it is sent", () => {
  const problems = (values) => {
    const found = model.problemsIn(FIELDS, { ...model.initial(FIELDS, null), rights: ["a"], ...values });
    return Object.fromEntries(Object.entries(found).map(([name, { key }]) => [name, key]));
  };
  assert.deepEqual(problems({ name: " " }), { name: "required" });
  assert.deepEqual(problems({ name: "abcdef" }), { name: "long" });
  assert.deepEqual(problems({ name: "Ada", age: "0" }), { age: "least" });
  assert.deepEqual(problems({ name: "Ada", age: "1.5" }), { age: "whole" });
  assert.deepEqual(problems({ name: "Ada", rights: [] }), { rights: "required" });
  assert.deepEqual(problems({ name: "Ada", colour: "blue" }), { colour: "choice" });
  assert.deepEqual(problems({ name: "Ada" }), {});
});

test("of a thing that is there only changes are sent", () => {
  const thing = { name: "Ada", colour: "red", rights: ["a"], shared: false };
  const values = { ...model.initial(FIELDS, thing), name: " Ada ", colour: "grey" };
  assert.deepEqual(model.bodyOf(FIELDS, values, thing), { colour: "grey" });
  assert.deepEqual(model.bodyOf(FIELDS, { ...values, age: "3" }, null).age, 3);
});

test("what was emptied is taken away", () => {
  const fields = [
    { name: "most", kind: "number" },
    { name: "pattern", kind: "text" },
    { name: "note", kind: "text" },
  ];
  const values = { most: "", pattern: "", note: "" };
  assert.deepEqual(model.bodyOf(fields, values, { most: 0, pattern: "x", note: "" }), {
    most: null,
    pattern: "",
  });
  assert.deepEqual(model.bodyOf(fields, values, null), {});
});

test("a refusal goes to its field", () => {
  const error = { code: "invalid_input", details: [{ field: "body.rights.0" }, { field: "query.x" }] };
  assert.deepEqual(model.refused(error, FIELDS), { rights: { key: "refused" } });
  assert.deepEqual(model.refused({ code: "name_taken" }, FIELDS), { name: { key: "name_taken" } });
  assert.deepEqual(model.refused({ code: "forbidden" }, FIELDS), {});
});
