import assert from "node:assert/strict";
import { test } from "node:test";
import {
  conditionsOf,
  marked,
  movedStep,
  plainOf,
  segmentsOf,
  stepOf,
  stepsOf,
  unmarked,
  usersOf,
  withConditions,
  withExample,
  withExamples,
  withVariation,
  withoutExample,
} from "./parts.js";

test("an example is told in pieces, with what is marked in both of Rasa's forms", () => {
  assert.deepEqual(segmentsOf('from [Nantes](city) to [Lyon]{"entity": "city", "role": "to"} now'), [
    { text: "from ", entity: null },
    { text: "Nantes", entity: "city", value: null, role: null, group: null },
    { text: " to ", entity: null },
    { text: "Lyon", entity: "city", value: null, role: "to", group: null },
    { text: " now", entity: null },
  ]);
  assert.equal(plainOf("from [Nantes](city)"), "from Nantes");
});

test("marking takes the words chosen without the spaces around them, and nothing that is marked", () => {
  assert.equal(marked("ship to Nantes please", 7, 15, "city"), "ship to [Nantes](city) please");
  assert.equal(marked("to [Nantes](city)", 3, 17, "place"), "to [Nantes](city)");
  assert.equal(marked("ship", 2, 2, "city"), "ship");
  assert.equal(unmarked("to [Nantes](city)"), "to Nantes");
});

test("pasted lines become examples, first; those that are there already don't", () => {
  const value = { examples: { fr: ["bonjour"] }, options: null };
  const after = withExamples(value, "fr", "- Salut\n\n• coucou  toi\nBonjour\nSalut");
  assert.deepEqual(after.examples.fr, ["Salut", "coucou toi", "bonjour"]);
  assert.deepEqual(withExamples(null, "en", "hi").examples, { en: ["hi"] });
});

test("an example that is gone is not written again", () => {
  const value = { examples: { fr: ["bonjour", { text: "salut", metadata: 1 }] }, options: null };
  assert.equal(withExample(value, "fr", "coucou", "hey"), undefined);
  assert.equal(withoutExample(value, "fr", "coucou"), undefined);
  assert.deepEqual(withExample(value, "fr", "salut", "salut toi").examples.fr, [
    "bonjour",
    { text: "salut toi", metadata: 1 },
  ]);
  assert.deepEqual(withoutExample(value, "fr", "bonjour").examples.fr, [{ text: "salut", metadata: 1 }]);
});

test("every kind of step is told", () => {
  const steps = [
    { intent: "greet", entities: [{ city: "Nantes" }] },
    { or: [{ intent: "affirm" }, { intent: "thanks" }] },
    { action: "utter_hello" },
    { active_loop: null },
    { slot_was_set: [{ city: "Nantes" }, "date"] },
    { checkpoint: "later" },
  ];
  assert.deepEqual(
    stepsOf({ steps }).map(({ kind, name }) => [kind, name]),
    [
      ["intent", "greet"],
      ["or", "affirm / thanks"],
      ["action", "utter_hello"],
      ["active_loop", null],
      ["slot_was_set", "city = Nantes, date"],
      ["checkpoint", "later"],
    ],
  );
  assert.deepEqual(stepOf("active_loop", ""), { active_loop: null });
  assert.deepEqual(usersOf("utter_hello", [{ name: "Greet", value: { steps } }]), ["Greet"]);
});

test("a step does not move beyond the ends", () => {
  assert.deepEqual(movedStep(["a", "b", "c"], 2, -1), ["a", "c", "b"]);
  assert.deepEqual(movedStep(["a", "b"], 0, -1), ["a", "b"]);
});

test("language and channel of a variation are read and written; other conditions stay", () => {
  const vip = { type: "slot", name: "vip", value: true };
  const spoken = { type: "slot", name: "language", value: "fr" };
  const variation = { text: "Bonjour", channel: "voice", condition: [spoken, vip], metadata: 1 };
  assert.deepEqual(conditionsOf(variation), { language: "fr", channel: "voice", others: [vip] });
  assert.deepEqual(withConditions(variation, { language: "", channel: "" }), {
    text: "Bonjour",
    metadata: 1,
    condition: [vip],
  });
});

test("a variation that is gone is not written again", () => {
  assert.equal(withVariation([{ text: "a" }], { text: "b" }, { text: "c" }), undefined);
  assert.deepEqual(withVariation([{ text: "a" }], { text: "a" }, null), []);
  assert.deepEqual(withVariation([{ text: "a" }], null, { text: "b" }), [{ text: "a" }, { text: "b" }]);
});
