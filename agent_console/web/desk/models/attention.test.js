import assert from "node:assert/strict";
import { test } from "node:test";
import * as attention from "./attention.js";
import { conversation, exchange } from "./samples.mjs";

const detail = (lines, over = {}) => ({
  conversation: conversation({
    last_position: lines.length,
    customer_lines: lines.filter((who) => who === "customer").length,
  }),
  exchanges: lines.map((author, at) => exchange(at + 1, { author })),
  read_to: 0,
  ...over,
});
const mark = (position, customer_lines) => ({ conversation_id: "c1", position, customer_lines });
const TALK = detail(["customer", "bot", "customer", "agent", "customer"]);

test("what customers said beyond my mark is unread, what others said is not", () => {
  assert.equal(attention.unreadOf(attention.EMPTY, TALK.conversation, mark(2, 1)), 2);
});

test("a conversation I never looked at has all its customer's lines unread", () => {
  assert.equal(attention.unreadOf(attention.EMPTY, TALK.conversation), 3);
});

test("what I read here counts at once, before the server has heard of it", () => {
  const state = attention.read(attention.EMPTY, TALK, 5);
  assert.equal(attention.unreadOf(state, TALK.conversation), 0);
  assert.deepEqual(state.untold, { c1: 5 });
});

test("lines below what I have seen stay unread", () => {
  const state = attention.read(attention.EMPTY, TALK, 4);
  assert.equal(attention.unreadOf(state, TALK.conversation), 1);
});

test("another tab that has read further leaves nothing unread here", () => {
  const state = attention.read(attention.EMPTY, TALK, 3);
  assert.equal(attention.unreadOf(state, TALK.conversation, mark(5, 3)), 0);
});

test("nothing is told of lines that were read already, here or anywhere", () => {
  const once = attention.read(attention.EMPTY, TALK, 5);
  assert.equal(attention.read(once, TALK, 5), once);
  assert.equal(attention.read(attention.EMPTY, TALK, 5, mark(5, 3)), attention.EMPTY);
  assert.equal(attention.read(attention.EMPTY, { ...TALK, read_to: 5 }, 5), attention.EMPTY);
});

test("seeing my own answer tells nobody anything", () => {
  assert.equal(
    attention.read(attention.EMPTY, detail(["customer", "agent"], { read_to: 1 }), 2),
    attention.EMPTY,
  );
});

test("what was told while more was read stays to be told", () => {
  const state = attention.read(attention.read(attention.EMPTY, TALK, 3), TALK, 5);
  assert.deepEqual(attention.told(state, "c1", 3).untold, { c1: 5 });
  assert.deepEqual(attention.told(state, "c1", 5).untold, {});
});
