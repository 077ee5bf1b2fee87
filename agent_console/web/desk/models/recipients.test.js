import assert from "node:assert/strict";
import { test } from "node:test";
import { addressesIn, isAddress, withAddresses, without } from "./recipients.js";

const BOTH = { to: ["lea@example.com"], cc: ["hugo@example.org"] };

test("what is pasted from a mail program is taken apart", () => {
  assert.deepEqual(addressesIn("Léa <lea@example.com>, hugo@example.org; \n ana@example.net"), [
    "lea@example.com",
    "hugo@example.org",
    "ana@example.net",
  ]);
  assert.deepEqual(addressesIn(" ,; "), []);
});

test("an address stands once, in the list it was added to last", () => {
  assert.deepEqual(withAddresses(BOTH, "to", ["HUGO@example.org"]), {
    to: ["lea@example.com", "HUGO@example.org"],
    cc: [],
  });
  assert.deepEqual(withAddresses(BOTH, "to", ["lea@example.com"]), BOTH);
});

test("an address is taken off whichever list it is in", () => {
  assert.deepEqual(without(BOTH, "Hugo@example.org"), { to: ["lea@example.com"], cc: [] });
});

test("half an address is none", () => {
  assert.deepEqual(["lea@example.com", "lea", "@example.com", "a@b@c", "léa@münchen.de"].map(isAddress), [
    true,
    false,
    false,
    false,
    true,
  ]);
});
