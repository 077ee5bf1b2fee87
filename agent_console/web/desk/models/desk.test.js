import assert from "node:assert/strict";
import { test } from "node:test";
import { deskOf, reduce, reduceAll, snapshotOf } from "./desk.js";
import { agent, chance, conversation, exchange, item, snapshot, story } from "./samples.mjs";

const event = (seq, name, data) => ({ seq, at: "2026-03-03T09:00:00Z", name, data });
const mine = (over = {}) => conversation({ handler: { kind: "agent", ref: "me" }, epoch: 2, ...over });
const offer = () => ({
  item: item({ state: "offered", offered_to: "me" }),
  pop: {
    conversation: conversation(),
    party: { id: "p1", name: "Léa Martin" },
    last_words: "Bonjour",
    summary: "",
  },
});

/** What the desk must hold, read straight from the state of the world. */
function expected(world) {
  const states = [...world.values()];
  const held = states.filter((s) => s.view.handler.kind === "agent" && s.view.handler.ref === "me");
  const ids = (list) => list.sort();
  return {
    conversations: ids(held.map((s) => s.view.id)),
    offers: ids(
      states.filter((s) => s.item?.state === "offered" && s.item.offered_to === "me").map((s) => s.item.id),
    ),
    wraps: ids(
      states.filter((s) => s.item?.state === "wrapping" && s.item.offered_to === "me").map((s) => s.item.id),
    ),
    calls: ids(held.filter((s) => s.call && s.call.state !== "ended").map((s) => s.call.id)),
    reads: ids(held.filter((s) => s.mark).map((s) => `${s.view.id} to ${s.mark.position}`)),
  };
}

function held(state) {
  const { conversations, offers, wraps, calls, reads } = snapshotOf(state);
  return {
    conversations: conversations.map((c) => c.id),
    offers: offers.map((o) => o.item.id),
    wraps: wraps.map((w) => w.id),
    calls: calls.map((c) => c.id),
    reads: reads.map((mark) => `${mark.conversation_id} to ${mark.position}`).sort(),
  };
}

test("whatever happens, the desk holds what the world says is mine", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { events, world } = story(seed, 60);
    assert.deepEqual(held(reduceAll(deskOf(snapshot()), events)), expected(world), `seed ${seed}`);
  }
});

test("events told again, in any overlapping pieces, change nothing", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { events } = story(seed, 50);
    const dice = chance(seed * 7919);
    let state = deskOf(snapshot());
    for (let from = 0; from < events.length; ) {
      const back = Math.max(0, from - dice.below(10));
      const to = Math.min(events.length, from + 1 + dice.below(10));
      state = reduceAll(state, events.slice(back, to));
      from = to;
    }
    assert.deepEqual(snapshotOf(state), snapshotOf(reduceAll(deskOf(snapshot()), events)), `seed ${seed}`);
  }
});

test("a snapshot in the middle and the events after it lead to the same desk", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { events, world } = story(seed, 60);
    const half = Math.floor(events.length / 2);
    const middle = snapshotOf(reduceAll(deskOf(snapshot()), events.slice(0, half)));
    const { conversations, offers, wraps, reads } = expected(world);
    const after = held(reduceAll(deskOf(JSON.parse(JSON.stringify(middle))), events.slice(half)));
    assert.deepEqual(
      { ...after, calls: [] },
      { conversations, offers, wraps, reads, calls: [] },
      `seed ${seed}`,
    );
  }
});

test("the state is never changed in place", () => {
  const before = deskOf(snapshot({ conversations: [mine()], offers: [offer()] }));
  const frozen = JSON.stringify(before);
  reduceAll(before, story(5, 40).events);
  assert.equal(JSON.stringify(before), frozen);
});

test("an old offer told again does not pop again", () => {
  const made = event(1, "OfferMade", offer());
  const accepted = event(2, "OfferAccepted", {
    item: item({ state: "accepted", offered_to: "me" }),
    user_id: "me",
  });
  assert.deepEqual(reduceAll(deskOf(snapshot()), [made, accepted, made]).offers, []);
});

test("an offer to someone else does not pop", () => {
  const { item: theirs, pop } = offer();
  const state = reduce(
    deskOf(snapshot()),
    event(1, "OfferMade", { item: { ...theirs, offered_to: "other" }, pop }),
  );
  assert.equal(state.offers.length, 0);
});

test("what the customer says while they are offered shows on the pop", () => {
  const before = deskOf(snapshot({ offers: [offer()] }));
  const data = {
    conversation: conversation({ last_position: 2 }),
    exchange: exchange(2, { text: "Vous êtes là ?" }),
  };
  const [{ pop }] = reduce(before, event(1, "ExchangeRecorded", data)).offers;
  assert.equal(pop.last_words, "Vous êtes là ?");
  assert.equal(pop.conversation.last_position, 2);
});

test("the summary a bot leaves shows on the pop as well", () => {
  const data = {
    conversation: conversation(),
    exchange: exchange(2, { kind: "note", direction: "internal", text: "Commande 48213" }),
  };
  const [{ pop }] = reduce(
    deskOf(snapshot({ offers: [offer()] })),
    event(1, "ExchangeRecorded", data),
  ).offers;
  assert.equal(pop.summary, "Commande 48213");
});

test("a conversation that leaves my hands leaves my desk, its call with it", () => {
  const call = { id: "k", conversation_id: "c1", state: "talking" };
  const before = deskOf(snapshot({ conversations: [mine()], calls: [call] }));
  const after = reduce(
    before,
    event(1, "HandlerChanged", {
      conversation: conversation({ epoch: 3 }),
      previous: "agent:me",
      reason: "transferred",
    }),
  );
  assert.deepEqual([after.conversations, after.calls], [[], []]);
});

const reading = (position, over = {}) => ({
  user_id: "me",
  reading: { conversation_id: "c1", position, customer_lines: position },
  ...over,
});

test("another tab of mine that reads on is followed, one that comes late is not", () => {
  const before = deskOf(snapshot({ conversations: [mine()] }));
  const after = reduceAll(before, [
    event(1, "ConversationRead", reading(4)),
    event(2, "ConversationRead", reading(2)),
  ]);
  assert.deepEqual(
    after.reads.map((mark) => mark.position),
    [4],
  );
});

test("what others read, and what I read elsewhere, is not on my desk", () => {
  const before = deskOf(snapshot({ conversations: [mine({ id: "c2" })] }));
  const theirs = { user_id: "other", reading: { conversation_id: "c2", position: 1, customer_lines: 1 } };
  const after = reduceAll(before, [
    event(1, "ConversationRead", reading(1)),
    event(2, "ConversationRead", theirs),
  ]);
  assert.deepEqual(after.reads, []);
});

test("a new name shows everywhere at once", () => {
  const before = deskOf(snapshot({ conversations: [mine()], offers: [offer()] }));
  const after = reduce(before, event(1, "PartyChanged", { party_id: "p1", name: "Léa Durand" }));
  assert.equal(after.conversations[0].party_name, "Léa Durand");
  assert.equal(after.offers[0].pop.conversation.party_name, "Léa Durand");
  assert.equal(after.offers[0].pop.party.name, "Léa Durand");
});

test("my presence is mine, another's is not", () => {
  const before = deskOf(snapshot());
  const other = reduce(before, event(1, "PresenceChanged", { agent: agent({ user_id: "other", load: 40 }) }));
  assert.equal(other.me.agent.load, 0);
  const me = reduce(other, event(2, "PresenceChanged", { agent: agent({ load: 25 }) }));
  assert.equal(me.me.agent.load, 25);
});

test("an event nobody knows here only moves the seq", () => {
  const before = deskOf(snapshot());
  assert.deepEqual(reduce(before, event(9, "SomethingNew", { x: 1 })), { ...before, seq: 9 });
});
