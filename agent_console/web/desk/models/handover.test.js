import assert from "node:assert/strict";
import { test } from "node:test";
import { handoverOf, linesOf } from "./handover.js";

const facts = {
  handover: "order_problem",
  topic: "order_status",
  slots: { order_number: "CF-1" },
  looked_up: ["CF-0"],
  said: ["Où est-elle ?"],
  language: "fr",
};

test("a bot's note is facts, a person's is text", () => {
  assert.equal(handoverOf({ author: "bot", meta: facts }), facts);
  assert.equal(handoverOf({ author: "agent", meta: { handover: "transfer" } }), null);
  assert.equal(handoverOf({ author: "bot", meta: {} }), null);
});

test("the lines say why, what about, what is known and what was said last", () => {
  assert.deepEqual(
    linesOf(facts).map((line) => [line.name, ...line.values]),
    [
      ["reason", "order_problem"],
      ["topic", "order_status"],
      ["order_number", "CF-1"],
      ["looked_up", "CF-0"],
      ["said", "Où est-elle ?"],
    ],
  );
});

test("an order that is named already is not named again as one looked up", () => {
  const again = { ...facts, looked_up: ["CF-0", "CF-1"] };
  assert.deepEqual(linesOf(again).find((line) => line.name === "looked_up").values, ["CF-0"]);
  assert.ok(!linesOf({ ...facts, looked_up: ["CF-1"] }).some((line) => line.name === "looked_up"));
});

test("what is not known makes no line, and the pop leaves out what stands beside it", () => {
  assert.deepEqual(
    linesOf({ handover: "complaint" }).map((line) => line.name),
    ["reason"],
  );
  assert.ok(!linesOf(facts, { said: false }).some((line) => line.name === "said"));
});
