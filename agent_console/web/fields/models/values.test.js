import assert from "node:assert/strict";
import { test } from "node:test";
import { editable, fieldsOf, isEmpty, sendable, shownValue, wanted } from "./values.js";

const say = {
  number: (value) => `n${value}`,
  date: (value) => `d${value}`,
  money: ({ amount, currency }) => `${amount} ${currency}`,
  word: (_, value) => value.toUpperCase(),
  yes: "oui",
  no: "non",
};

test("values are shown by the type of their field", () => {
  const cases = [
    ["number", 12, "n12"],
    ["money", { amount: "12.50", currency: "EUR" }, "12.50 EUR"],
    ["date", "1984-03-21", "d1984-03-21"],
    ["yes_no", false, "non"],
    ["choice", "sms", "SMS"],
    ["choices", ["a", "b"], "A, B"],
    ["person", "1", "Léa"],
    ["text", "12", "12"],
  ];
  for (const [type, value, text] of cases) {
    assert.equal(shownValue({ type, key: "x" }, value, say, { 1: "Léa" }), text);
  }
});

test("a value without a definition is still shown", () => {
  assert.equal(shownValue(undefined, ["a", true], say), "a, oui");
  assert.equal(shownValue(undefined, "2026-03-01", say), "d2026-03-01");
  assert.equal(shownValue(undefined, null, say), "");
});

test("what was typed is what is sent; nothing empties the field", () => {
  assert.equal(sendable({ type: "text" }, "  voile "), "voile");
  assert.equal(sendable({ type: "text" }, "  "), null);
  assert.equal(sendable({ type: "choices" }, []), null);
  assert.equal(sendable({ type: "yes_no" }, "false"), false);
  assert.equal(editable({ type: "yes_no" }, false), "false");
  assert.equal(editable({ type: "money" }, { amount: "1.00", currency: "EUR" }), "1.00 EUR");
  assert.deepEqual(editable({ type: "choices" }, null), []);
});

test("a customer has the fields of their kind, in order, without the hidden ones", () => {
  const fields = [
    { key: "b", family: "identity", position: 2, party_kind: null },
    { key: "a", family: "identity", position: 1, party_kind: "person" },
    { key: "c", family: "identity", position: 0, party_kind: "organisation" },
    { key: "d", family: "identity", position: 0, hidden: true },
    { key: "e", family: "behavioural", position: 0 },
  ];
  assert.deepEqual(
    fieldsOf(fields, "identity", "person").map((field) => field.key),
    ["a", "b"],
  );
});

test("a refusal says what is wanted", () => {
  assert.deepEqual(wanted({ type: "number" }, { least: 0 }), { key: "least", values: { least: 0 } });
  assert.deepEqual(wanted({ type: "date" }), { key: "date", values: {} });
  assert.equal(isEmpty(false), false);
});
