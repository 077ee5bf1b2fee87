import assert from "node:assert/strict";
import { test } from "node:test";
import { PLACES, homeOf, isOpen, placeNamed } from "./places.js";

const having =
  (...permissions) =>
  (permission) =>
    permissions.includes(permission);

test("each place has a letter of its own", () => {
  assert.equal(new Set(PLACES.map((place) => place.key)).size, PLACES.length);
});

test("who works at the desk lands there, whatever else they may do", () => {
  assert.equal(homeOf(having("desk.work", "live.read", "customers.read")), "desk");
});

test("each role lands where its work is", () => {
  assert.equal(homeOf(having("users.manage", "live.read", "customers.read")), "team");
  assert.equal(homeOf(having("live.read", "customers.read", "users.read")), "live");
  assert.equal(homeOf(having("customers.read", "tags.manage")), "customers");
  assert.equal(homeOf(having("bots.read")), "bots");
  assert.equal(homeOf(having()), null);
});

test("a home is open to who lands there", () => {
  for (const permission of ["desk.work", "users.manage", "live.read", "customers.read", "bots.read"]) {
    const can = having(permission, "conversations.read", "users.read");
    assert.ok(isOpen(placeNamed(homeOf(can)), can, false), permission);
  }
});

test("the pages of examples are open in the sandbox alone", () => {
  assert.equal(isOpen(placeNamed("kit"), having("bots.read"), false), false);
  assert.equal(isOpen(placeNamed("kit"), having(), true), true);
});
