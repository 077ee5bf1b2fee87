import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonsOf, rowsOf, sideOf, takenOf, winnerOf } from "./compare.js";

const party = (id, more = {}) => ({
  id,
  name: "Léa Martin",
  language: "fr",
  conversations: 0,
  created_at: "2026-01-01",
  facts: [],
  ...more,
});
const fact = (field, value) => ({ family: "identity", field, value });

test("rows are what either has, and say where they differ", () => {
  const one = party("a", { facts: [fact("city", "Nantes"), fact("name", "Léa"), fact("language", "fr")] });
  const other = party("b", { name: "Lea", facts: [fact("city", "Rennes"), fact("job", "nurse")] });
  assert.deepEqual(
    rowsOf(one, other).map((row) => [row.id, row.differ]),
    [
      ["name", true],
      ["language", false],
      ["identity.city", true],
      ["identity.job", false],
    ],
  );
});

test("who has more conversations stays, then who is older", () => {
  const older = party("a");
  const talked = party("b", { conversations: 3, created_at: "2026-05-01" });
  assert.equal(winnerOf(older, talked), talked);
  assert.equal(winnerOf(party("c", { created_at: "2026-05-01" }), older), older);
});

test("only what was chosen of the loser is taken, and a language the winner lacks", () => {
  const rows = rowsOf(
    party("a", { language: null, facts: [fact("city", "Nantes")] }),
    party("b", { name: "Lea", facts: [fact("city", "Rennes")] }),
  );
  assert.deepEqual(takenOf(rows, {}, "other"), ["language"]);
  assert.deepEqual(takenOf(rows, { "identity.city": "other", name: "one" }, "other"), [
    "language",
    "identity.city",
  ]);
});

test("the better source survives, then the newer value, then the file that stays", () => {
  const told = (value, rank, at) => ({ ...fact("city", value), rank, at });
  const side = (mine, theirs) =>
    sideOf(
      rowsOf(party("a", { facts: [mine] }), party("b", { facts: [theirs] })).find(
        (row) => row.field === "city",
      ),
      {},
      "one",
    );
  assert.equal(side(told("Nantes", 50, "2026-05"), told("Rennes", 10, "2026-01")), "other");
  assert.equal(side(told("Nantes", 10, "2026-05"), told("Rennes", 10, "2026-01")), "one");
  assert.equal(side(told("Nantes", 10, "2026-01"), told("Rennes", 10, "2026-01")), "one");
});

test("weak reasons are left out", () => {
  const { speakFor, speakAgainst } = reasonsOf([{ bits: 9 }, { bits: 0.2 }, { bits: -4 }]);
  assert.deepEqual([speakFor.length, speakAgainst.length], [1, 1]);
});
