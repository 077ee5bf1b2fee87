import assert from "node:assert/strict";
import { test } from "node:test";
import * as attention from "./attention.js";
import { conversation, exchange } from "./samples.mjs";

const said = (position, over) => ({ name: "ExchangeRecorded", data: { conversation: conversation({ last_position: position }), exchange: exchange(position, over) } });

test("lines of the customer are counted, others are not", () => {
  const events = [said(2), said(3, { author: "agent" }), said(4)];
  const state = events.reduce((s, e) => attention.reduce(s, e, null), attention.EMPTY);
  assert.equal(attention.unreadOf(state, conversation({ last_position: 4 })), 2);
});

test("what is being looked at is not unread", () => {
  assert.deepEqual(attention.reduce(attention.EMPTY, said(2), "c1"), attention.EMPTY);
});

test("reading clears the count, and an event told late does not bring it back", () => {
  const state = attention.read(attention.reduce(attention.EMPTY, said(2), null), "c1", 2);
  assert.equal(attention.unreadOf(state, conversation({ last_position: 2 })), 0);
  assert.equal(attention.unreadOf(attention.reduce(state, said(2), null), conversation({ last_position: 2 })), 0);
});

test("a conversation never looked at has something unread while its customer waits", () => {
  assert.equal(attention.unreadOf(attention.EMPTY, conversation()), 1);
  assert.equal(attention.unreadOf(attention.EMPTY, conversation({ waiting_since: null })), 0);
});
