import assert from "node:assert/strict";
import { test } from "node:test";
import { conversation, agent, story } from "../../desk/models/samples.mjs";
import { availableIn, longestSince, reduce, serviceLevel, unanswered, wallOf } from "./wall.js";

const queue = (over = {}) => ({
  id: "q1",
  name: "Service",
  waiting: 0,
  offered: 0,
  in_progress: 0,
  bot: 0,
  service_level: { answered: 0, within: 0, target: 20 },
  ...over,
});
const empty = () => wallOf({ seq: 0, queues: [queue()], agents: [agent({ name: "Claire" })], waiting: [] });
const event = (seq, name, data) => ({ seq, at: "2026-03-03T09:00:00Z", name, data });

function counts(world) {
  const states = [...world.values()].map((s) => s.item?.state);
  const count = (state) => states.filter((s) => s === state).length;
  return { waiting: count("waiting"), offered: count("offered"), in_progress: count("accepted") };
}
const shown = (state) => {
  const { waiting, offered, in_progress } = state.queues[0];
  return { waiting, offered, in_progress };
};

test("the counts follow the world, event by event", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const { events, world } = story(seed, 60);
    const state = events.reduce(reduce, empty());
    assert.deepEqual(shown(state), counts(world), `seed ${seed}`);
    const line = [...world.values()]
      .filter((s) => ["waiting", "offered"].includes(s.item?.state))
      .map((s) => s.item.id);
    assert.deepEqual(state.waiting.map((row) => row.item.id).sort(), line.sort(), `seed ${seed}`);
    assert.equal(unanswered(state.queues[0]), state.waiting.length, `seed ${seed}`);
  }
});

test("events told twice count once", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { events } = story(seed, 60);
    const once = events.reduce(reduce, empty());
    assert.deepEqual(events.reduce(reduce, once), once, `seed ${seed}`);
  }
});

test("a row that joins the line knows who it is", () => {
  const { events } = story(3, 20);
  const state = events.reduce(reduce, empty());
  assert.ok(state.waiting.length > 0);
  assert.ok(state.waiting.every((row) => row.conversation.party_name === "Léa Martin"));
});

test("an item in progress that the wall never saw leaves its count when it ends", () => {
  const state = wallOf({ ...empty(), queues: [queue({ in_progress: 2 })] });
  const over = {
    id: "w",
    conversation_id: "c1",
    queue_id: "q1",
    state: "completed",
    priority: 0,
    queued_at: "2026-03-03T08:00:00Z",
    accepted_at: "2026-03-03T08:01:00Z",
    wrap_until: null,
    offered_to: "me",
  };
  assert.equal(reduce(state, event(1, "WorkItemEnded", { item: over })).queues[0].in_progress, 1);
  const wrapped = { ...over, wrap_until: "2026-03-03T08:05:00Z" };
  assert.equal(reduce(state, event(1, "WorkItemEnded", { item: wrapped })).queues[0].in_progress, 2);
});

test("what an event cannot tell puts the wall in doubt, so that it is read again", () => {
  const returned = {
    id: "w",
    conversation_id: "c1",
    queue_id: "q1",
    state: "waiting",
    priority: 0,
    queued_at: "2026-03-03T08:00:00Z",
    accepted_at: null,
  };
  assert.equal(reduce(empty(), event(1, "WorkItemQueued", { item: returned })).doubt, true);
  const stranger = agent({ user_id: "new" });
  assert.equal(reduce(empty(), event(1, "PresenceChanged", { agent: stranger })).doubt, true);
  const elsewhere = { ...returned, queue_id: "q-new", queued_at: "2026-03-03T09:00:00Z" };
  assert.equal(reduce(empty(), event(1, "WorkItemQueued", { item: elsewhere })).doubt, true);
});

test("the bot's conversations are counted as they come, are handed over, and return", () => {
  const withBot = conversation({ handler: { kind: "bot", ref: "b" } });
  let state = reduce(empty(), event(1, "ConversationOpened", { conversation: withBot }));
  assert.equal(state.queues[0].bot, 1);
  state = reduce(
    state,
    event(2, "HandlerChanged", { conversation: conversation({ epoch: 2 }), previous: "bot:b" }),
  );
  assert.equal(state.queues[0].bot, 0);
});

test("an answer within the target raises the service level, a late one lowers it", () => {
  const accepted = (id, wait) => ({
    id,
    conversation_id: id,
    queue_id: "q1",
    state: "accepted",
    priority: 0,
    queued_at: "2026-03-03T09:00:00Z",
    accepted_at: new Date(Date.UTC(2026, 2, 3, 9, 0, wait)).toISOString(),
  });
  let state = reduce(empty(), event(1, "OfferAccepted", { item: accepted("a", 20), user_id: "me" }));
  assert.equal(serviceLevel(state.queues[0]), 1);
  state = reduce(state, event(2, "OfferAccepted", { item: accepted("b", 21), user_id: "me" }));
  assert.equal(serviceLevel(state.queues[0]), 0.5);
  assert.equal(serviceLevel(queue()), null);
});

test("free people are those available in the queue", () => {
  const state = wallOf({
    ...empty(),
    agents: [agent(), agent({ user_id: "2", presence: "busy" }), agent({ user_id: "3", queues: [] })],
  });
  assert.equal(availableIn(state, "q1"), 1);
});

test("the longest wait is the earliest queued, whatever the order of the line", () => {
  const row = (id, priority, at) => ({
    item: { id, queue_id: "q1", priority, queued_at: at },
    conversation: null,
  });
  const state = wallOf({
    ...empty(),
    waiting: [row("a", 5, "2026-03-03T08:30:00Z"), row("b", 0, "2026-03-03T08:10:00Z")],
  });
  assert.equal(longestSince(state, "q1"), "2026-03-03T08:10:00Z");
  assert.equal(longestSince(state, "q2"), null);
});
