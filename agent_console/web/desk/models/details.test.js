import assert from "node:assert/strict";
import { test } from "node:test";
import * as details from "./details.js";
import { chance, conversation, exchange, story } from "./samples.mjs";

const answer = (seq, positions, over = {}) => ({
  conversation: conversation({ last_position: positions.at(-1) }),
  item: null,
  call: null,
  exchanges: positions.map((p) => exchange(p)),
  has_more: false,
  seq,
  ...over,
});
const said = (seq, position) => ({
  seq,
  name: "ExchangeRecorded",
  data: { conversation: conversation({ last_position: position }), exchange: exchange(position) },
});
const positions = (state) => state.byId.c1.exchanges.map((e) => e.position);

test("a line that comes is put at the end, once", () => {
  let state = details.withDetail(details.EMPTY, answer(5, [1, 2]));
  state = details.reduce(state, said(6, 3));
  state = details.reduce(state, said(6, 3));
  assert.deepEqual(positions(state), [1, 2, 3]);
});

test("events that came while the conversation was being read are not lost, whichever way they cross", () => {
  let state = details.reduce(details.EMPTY, said(6, 3));
  state = details.reduce(state, said(7, 4));
  state = details.withDetail(state, answer(6, [1, 2, 3]));
  assert.deepEqual(positions(state), [1, 2, 3, 4]);
  assert.equal(state.byId.c1.stale, false);
});

test("a missing line makes the conversation stale, and it is read again", () => {
  let state = details.withDetail(details.EMPTY, answer(5, [1, 2]));
  state = details.reduce(state, said(9, 4));
  assert.equal(state.byId.c1.stale, true);
  state = details.withDetail(state, answer(9, [1, 2, 3, 4]));
  assert.equal(state.byId.c1.stale, false);
});

test("the answer to a reply and its event make one line, with the newer delivery", () => {
  const delivery = (state, at) => ({ id: "d", state, updated_at: at });
  const line = exchange(3, {
    author: "agent",
    direction: "outbound",
    delivery: delivery("queued", "2026-03-03T09:00:00Z"),
  });
  let state = details.withDetail(details.EMPTY, answer(5, [1, 2]));
  state = details.reduce(state, {
    seq: 6,
    name: "ExchangeRecorded",
    data: { conversation: conversation(), exchange: line },
  });
  const sent = {
    conversation_id: "c1",
    exchange_id: "e3",
    delivery: delivery("sent", "2026-03-03T09:00:01Z"),
  };
  state = details.reduce(state, { seq: 7, name: "DeliveryUpdated", data: sent });
  state = details.withExchange(state, line);
  assert.deepEqual(positions(state), [1, 2, 3]);
  assert.equal(state.byId.c1.exchanges[2].delivery.state, "sent");
});

test("an event from before the reading does not undo what was read", () => {
  const old = {
    seq: 5,
    name: "HandlerChanged",
    data: { conversation: conversation({ epoch: 2 }), previous: "bot:b" },
  };
  const state = details.withDetail(
    details.reduce(details.EMPTY, old),
    answer(6, [1], { conversation: conversation({ epoch: 3 }) }),
  );
  assert.equal(state.byId.c1.conversation.epoch, 3);
});

test("older lines go before, and overlap harms nothing", () => {
  let state = details.withDetail(details.EMPTY, answer(5, [51, 52], { has_more: true }));
  state = details.withOlder(state, "c1", {
    exchanges: [49, 50, 51].map((p) => exchange(p)),
    has_more: false,
  });
  assert.deepEqual(positions(state), [49, 50, 51, 52]);
  assert.equal(state.byId.c1.has_more, false);
});

test("in any order of reads and events the timeline ends without gap or double, or is stale", () => {
  for (let seed = 1; seed <= 200; seed++) {
    const dice = chance(seed);
    const { events, world } = story(seed, 60);
    let state = details.EMPTY;
    events.forEach((event, i) => {
      state = details.reduce(state, event);
      if (dice.next() < 0.2)
        state = details.withDetail(state, read(events, Math.max(0, i - dice.below(8)), world));
    });
    for (const [id, detail] of Object.entries(state.byId)) {
      const list = detail.exchanges.map((e) => e.position);
      assert.deepEqual(
        list,
        list.map((_, i) => list[0] + i),
        `seed ${seed}`,
      );
      if (!detail.stale) assert.equal(list.at(-1), world.get(id).view.last_position, `seed ${seed} ${id}`);
    }
  }
});

/** What the server would have answered after the event at `index`, for the first conversation. */
function read(events, index, world) {
  const seen = events.slice(0, index + 1);
  const id = world.keys().next().value;
  const lines = seen.filter((e) => e.data.exchange?.conversation_id === id).map((e) => e.data.exchange);
  const last = seen.findLast((e) => e.data.conversation?.id === id);
  const first = exchange(1, { id: `${id}-1`, conversation_id: id });
  return {
    conversation: last.data.conversation,
    item: null,
    call: null,
    exchanges: [first, ...lines],
    has_more: false,
    seq: events[index].seq,
  };
}

test("after a new snapshot everything kept is read again", () => {
  let state = details.allStale(details.withDetail(details.EMPTY, answer(5, [1])), 9);
  assert.equal(state.byId.c1.stale, true);
  state = details.withDetail(state, answer(7, [1]));
  assert.equal(state.byId.c1.stale, true);
  state = details.withDetail(state, answer(9, [1, 2]));
  assert.equal(state.byId.c1.stale, false);
});
