import assert from "node:assert/strict";
import { test } from "node:test";
import * as chat from "./chat.js";

const line = (position, fields = {}) => ({
  thread: "a",
  position,
  id: `x${position}`,
  client_id: null,
  author: "bot",
  author_name: "",
  text: `line ${position}`,
  at: "2026-03-02T10:00:00+00:00",
  attachments: [],
  ...fields,
});
const talk = (epoch, kind, fields = {}) => ({
  thread: "a",
  epoch,
  status: "open",
  handler: { kind, name: "" },
  ...fields,
});
const greeting = (fields = {}) => ({
  token: "t",
  session_id: "s1",
  renewed: "",
  verified: false,
  name: "",
  business: "Filrouge",
  online: true,
  opens_at: null,
  limits: { text: 4000, file: 100 },
  history: [],
  fresh: true,
  cursor: null,
  state: null,
  queue: null,
  ...fields,
});
const message = (id, fields = {}) => ({ id, text: id, at: "2026-03-02T10:01:00+00:00", ...fields });
const online = () => chat.welcomed(chat.fresh(), greeting());
const texts = (state) =>
  chat
    .timeline(state, (at) => at.slice(0, 10))
    .filter((i) => i.kind === "line")
    .map((i) => i.line.text);

test("a line told twice is shown once, and late ones take their place", () => {
  let state = online();
  for (const position of [1, 3, 2, 3, 1]) state = chat.heard(state, line(position));
  assert.deepEqual(texts(state), ["line 1", "line 2", "line 3"]);
});

test("positions are compared as numbers, threads by time", () => {
  let state = chat.heard(chat.heard(online(), line(10)), line(9));
  state = chat.heard(state, line(1, { thread: "b", text: "next thread" }));
  assert.deepEqual(texts(state), ["line 9", "line 10", "next thread"]);
});

test("a message leaves the outbox with its acknowledgement and keeps its key", () => {
  let state = chat.sending(chat.written(online(), message("m1")), "m1");
  const before = chat.timeline(state, () => "d").at(-1).key;
  state = chat.acknowledged(state, "m1", {
    line: line(1, { author: "customer", client_id: "m1" }),
    state: talk(1, "bot"),
  });
  assert.equal(state.outbox.size, 0);
  assert.equal(chat.timeline(state, () => "d").at(-1).key, before);
});

test("a message whose acknowledgement was lost is found again in the history", () => {
  let state = chat.sending(chat.written(online(), message("m1")), "m1");
  state = chat.connection(state, "offline");
  state = chat.welcomed(state, greeting({ history: [line(1, { author: "customer", client_id: "m1" })] }));
  assert.equal(state.outbox.size, 0);
  assert.equal(chat.due(state), null);
});

test("messages leave one at a time, in the order they were written", () => {
  let state = chat.written(chat.written(online(), message("m1")), message("m2"));
  assert.equal(chat.due(state).id, "m1");
  state = chat.sending(state, "m1");
  assert.equal(chat.due(state), null);
  state = chat.postponed(state, "m1");
  assert.equal(chat.due(state).id, "m1");
  state = chat.refused(state, "m1", "too_large");
  assert.equal(chat.due(state).id, "m2");
});

test("nothing leaves while there is no connection", () => {
  const state = chat.connection(chat.written(online(), message("m1")), "offline");
  assert.equal(chat.due(state), null);
});

test("a late state changes nothing", () => {
  let state = chat.handled(online(), talk(3, "agent", { handler: { kind: "agent", name: "Camille" } }));
  state = chat.handled(state, talk(2, "queue"));
  assert.equal(state.talk.handler.name, "Camille");
});

test("who joins and that it is over are said once, where it happened", () => {
  let state = chat.heard(chat.handled(online(), talk(1, "queue"), true), line(1));
  const camille = talk(2, "agent", { handler: { kind: "agent", name: "Camille" } });
  state = chat.handled(chat.handled(state, camille), camille);
  state = chat.heard(state, line(2));
  state = chat.handled(state, talk(3, "nobody", { status: "resolved" }));
  assert.deepEqual(
    chat.timeline(state, () => "d").map((i) => i.notice?.kind ?? i.kind),
    ["day", "line", "joined", "line", "resolved"],
  );
});

test("the place in line is shown while one waits, and forgotten after", () => {
  let state = chat.handled(online(), talk(1, "queue"), true);
  state = chat.placed(state, { thread: "a", place: 2, estimate: null });
  assert.equal(state.queue.place, 2);
  state = chat.handled(state, talk(2, "agent"));
  assert.equal(state.queue, null);
  assert.equal(chat.placed(state, { thread: "a", place: 1 }).queue, null);
});

test("what others said is unread until it was read", () => {
  let state = chat.heard(chat.heard(online(), line(1)), line(2, { author: "customer" }));
  assert.equal(chat.unread(state), 1);
  state = chat.read(state);
  assert.equal(chat.unread(state), 0);
  state = chat.heard(state, line(3));
  assert.equal(chat.unread(state), 1);
});

test("a fresh page replaces the lines, a following one adds to them", () => {
  let state = chat.heard(online(), line(1));
  state = chat.caughtUp(state, {
    history: [line(2)],
    fresh: false,
    cursor: { thread: "a", position: 2 },
    state: null,
    queue: null,
  });
  assert.deepEqual(texts(state), ["line 1", "line 2"]);
  state = chat.caughtUp(state, {
    history: [line(9)],
    fresh: true,
    cursor: { thread: "a", position: 9 },
    state: null,
    queue: null,
  });
  assert.deepEqual(texts(state), ["line 9"]);
});

test("another customer sees nothing of the one before, and sends nothing in their name", () => {
  let state = chat.heard(online(), line(1));
  state = chat.written(state, message("secret"));
  state = chat.welcomed(state, greeting({ session_id: "s2", renewed: "identity" }));
  assert.deepEqual(texts(state), []);
  assert.equal(state.outbox.size, 0);
});

test("a session renewed because its token was lost keeps what was not sent", () => {
  let state = chat.written(online(), message("m1"));
  state = chat.welcomed(state, greeting({ session_id: "s2", renewed: "token" }));
  assert.equal(chat.due(state).id, "m1");
});

test("a bot's choices are offered while they are the last word", () => {
  let state = chat.heard(online(), line(1, { buttons: ["Oui", "Non"] }));
  assert.deepEqual(chat.choices(state), ["Oui", "Non"]);
  state = chat.written(state, message("Oui"));
  assert.deepEqual(chat.choices(state), []);
});

test("who waits for a person is asked how to reach them, unless that is known", () => {
  const state = chat.heard(chat.handled(online(), talk(1, "queue"), true), line(1, { author: "customer" }));
  assert.equal(chat.asksWho(state), true);
  assert.equal(chat.asksWho({ ...state, introduced: true }), false);
  assert.equal(chat.asksWho({ ...state, verified: true }), false);
});

test("any interleaving of told lines, acknowledgements and catching up ends the same", () => {
  const mine = line(2, { author: "customer", client_id: "m1" });
  const steps = [
    (s) => chat.heard(s, line(1)),
    (s) => chat.heard(s, mine),
    (s) => chat.acknowledged(s, "m1", { line: mine, state: talk(1, "bot") }),
    (s) => chat.heard(s, line(3)),
    (s) =>
      chat.caughtUp(s, {
        history: [line(1), mine, line(3)],
        fresh: false,
        cursor: { thread: "a", position: 3 },
        state: talk(1, "bot"),
        queue: null,
      }),
  ];
  for (const order of permutations(steps)) {
    const end = order.reduce((s, step) => step(s), chat.written(online(), message("m1")));
    assert.deepEqual(texts(end), ["line 1", "line 2", "line 3"]);
    assert.equal(end.outbox.size, 0);
  }
});

function* permutations(items) {
  if (items.length < 2) return yield items;
  for (let i = 0; i < items.length; i += 1) {
    for (const rest of permutations([...items.slice(0, i), ...items.slice(i + 1)])) yield [items[i], ...rest];
  }
}
