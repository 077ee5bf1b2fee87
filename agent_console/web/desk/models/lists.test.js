import assert from "node:assert/strict";
import { test } from "node:test";
import * as lists from "./lists.js";
import { conversation, story } from "./samples.mjs";

const VIEWER = { id: "me", queues: null };

test("lists that were read stay what the server would answer", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const { events, world } = story(seed, 60);
    let state = lists.EMPTY;
    for (const view of lists.VIEWS)
      state = lists.withPage(state, view, { items: [], next: null }, { fresh: true });
    state = events.reduce((s, event) => lists.reduce(s, event, VIEWER), state);
    for (const view of lists.VIEWS) {
      const wanted = [...world.values()].map((s) => s.view).filter((c) => lists.belongs(view, c, VIEWER));
      assert.deepEqual(
        lists
          .shown(state, view)
          .map((c) => c.id)
          .sort(),
        wanted.map((c) => c.id).sort(),
        `seed ${seed} ${view}`,
      );
    }
  }
});

test("a page read twice lists nobody twice", () => {
  const page = { items: [conversation(), conversation({ id: "c2" })], next: "x" };
  const state = lists.withPage(lists.withPage(lists.EMPTY, "all", page), "all", page);
  assert.deepEqual(state.byView.all.ids, ["c1", "c2"]);
});

test("an answer that was on its way for long does not undo what an event said", () => {
  const state = lists.withConversation(lists.EMPTY, conversation({ epoch: 3, preview: "new" }), VIEWER);
  const after = lists.withPage(state, "all", {
    items: [conversation({ epoch: 2, preview: "old" })],
    next: null,
  });
  assert.equal(after.known.c1.preview, "new");
});

test("the team's list of an agent has their queues only", () => {
  const agent = { id: "me", queues: ["q2"] };
  assert.equal(lists.belongs("team", conversation(), agent), false);
  assert.equal(lists.belongs("team", conversation({ queue_id: "q2" }), agent), true);
});

test("what waits longest comes first, what does not wait comes after, newest first", () => {
  const order = [
    conversation({ id: "idle-old", waiting_since: null, last_activity_at: "2026-03-03T08:00:00Z" }),
    conversation({ id: "waits-short", waiting_since: "2026-03-03T08:59:00Z" }),
    conversation({ id: "idle-new", waiting_since: null, last_activity_at: "2026-03-03T08:30:00Z" }),
    conversation({ id: "waits-long", waiting_since: "2026-03-03T08:10:00Z" }),
  ].sort(lists.byWaiting);
  assert.deepEqual(
    order.map((c) => c.id),
    ["waits-long", "waits-short", "idle-new", "idle-old"],
  );
});
