import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, waitBefore } from "./connection.js";
import { chance } from "../../desk/models/samples.mjs";

/** Timers that run when the test says so. */
class Time {
  now = 0;
  #jobs = [];
  setTimeout = (f, ms) => {
    const job = { f, at: this.now + ms };
    this.#jobs.push(job);
    return job;
  };
  clearTimeout = (job) => (this.#jobs = this.#jobs.filter((j) => j !== job));
  pass(ms) {
    const end = this.now + ms;
    for (;;) {
      const next = this.#jobs.filter((j) => j.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#jobs = this.#jobs.filter((j) => j !== next);
      this.now = next.at;
      next.f();
    }
    this.now = end;
  }
}

/** A server with a log of events, and the sockets that consoles opened to it. */
class Server {
  log = [];
  sockets = [];
  up = true;
  mute = false;
  oldest = 0;
  open = () => {
    const handlers = {};
    const socket = {
      live: false,
      on: (name, f) => (handlers[name] = f),
      hear: (name, payload) => handlers[name]?.(payload),
      connect: () =>
        queueMicrotask(() => {
          if (!this.up) return handlers.connect_error?.(new Error("refused"));
          socket.live = true;
          handlers.connect?.();
        }),
      emit: (name, payload, ack) =>
        queueMicrotask(() => socket.live && !this.mute && ack?.(this.answer(name, payload))),
      disconnect: () => (socket.live = false),
    };
    this.sockets.push(socket);
    return socket;
  };
  answer(name, payload) {
    if (name === "ping") return { now: "2026-03-03T09:00:00Z" };
    if (name !== "resume") return {};
    if (payload.since < this.oldest) return { reset: true, seq: this.log.at(-1)?.seq ?? 0 };
    return { events: this.log.filter((e) => e.seq > payload.since) };
  }
  tell(lost = false) {
    const event = { seq: (this.log.at(-1)?.seq ?? 0) + 1 };
    this.log.push(event);
    if (!lost) for (const socket of this.sockets) if (socket.live) socket.hear("events", [event]);
  }
  cut() {
    for (const socket of this.sockets.filter((s) => s.live)) {
      socket.live = false;
      socket.hear("disconnect", "transport close");
    }
  }
}

function desk(server, time, over = {}) {
  const seen = [];
  const states = [];
  const connection = new Connection({
    open: server.open,
    since: () => seen.at(-1) ?? 0,
    onEvents: (events) => {
      for (const { seq } of events) if (seq > (seen.at(-1) ?? 0)) seen.push(seq);
    },
    onReset: async () => seen.push(...server.log.map((e) => e.seq).filter((seq) => seq > (seen.at(-1) ?? 0))),
    onState: ({ state }) => states.push(state),
    timers: time,
    random: () => 0.5,
    ...over,
  });
  return { connection, seen, states };
}

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
const all = (server) => server.log.map((e) => e.seq);

test("it connects, catches up, and hears what happens", async () => {
  const [server, time] = [new Server(), new Time()];
  server.tell(true);
  const { connection, seen, states } = desk(server, time);
  connection.connect();
  await settle();
  server.tell();
  assert.deepEqual(seen, [1, 2]);
  assert.deepEqual(states, ["connecting", "catching_up", "online"]);
});

test("it gives a sign of life as soon as it is back", async () => {
  const [server, time] = [new Server(), new Time()];
  const heard = [];
  const { connection } = desk(server, time, { onMessage: (name) => heard.push(name) });
  connection.connect();
  await settle();
  assert.deepEqual(heard, ["pong"]);
});

test("what happens while it catches up is neither lost nor put before what was missed", async () => {
  const [server, time] = [new Server(), new Time()];
  const order = [];
  const { connection } = desk(server, time, {
    onEvents: (events) => order.push(...events.map((e) => e.seq)),
  });
  server.tell(true);
  server.tell(true);
  connection.connect();
  await Promise.resolve();
  server.sockets[0].hear("events", [{ seq: 3 }]);
  await settle();
  assert.deepEqual(order, [1, 2, 3]);
});

test("a lost line comes back by itself with all that was missed", async () => {
  const [server, time] = [new Server(), new Time()];
  const { connection, seen, states } = desk(server, time);
  connection.connect();
  await settle();
  server.cut();
  server.tell(true);
  assert.equal(states.at(-1), "offline");
  time.pass(1000);
  await settle();
  assert.equal(states.at(-1), "online");
  assert.deepEqual(seen, [1]);
});

test("a server that no longer remembers makes it read a new snapshot, then it goes on", async () => {
  const [server, time] = [new Server(), new Time()];
  for (let i = 0; i < 5; i++) server.tell(true);
  server.oldest = 3;
  const { connection, seen, states } = desk(server, time);
  connection.connect();
  await settle();
  server.tell();
  assert.deepEqual(seen, all(server));
  assert.equal(states.at(-1), "online");
});

test("what happens while the new snapshot is being read is asked for afterwards", async () => {
  const [server, time] = [new Server(), new Time()];
  for (let i = 0; i < 5; i++) server.tell(true);
  server.oldest = 3;
  let read;
  const { connection, seen } = desk(server, time, { onReset: () => new Promise((done) => (read = done)) });
  connection.connect();
  await settle();
  seen.push(1, 2, 3, 4, 5);
  server.tell(true);
  read();
  await settle();
  assert.deepEqual(seen, all(server));
});

test("a server that stays silent is left, and tried again", async () => {
  const [server, time] = [new Server(), new Time()];
  const { connection, states } = desk(server, time);
  connection.connect();
  await settle();
  server.mute = true;
  time.pass(10_000);
  await settle();
  time.pass(8000);
  assert.equal(states.at(-1), "offline");
  server.mute = false;
  time.pass(1000);
  await settle();
  assert.equal(states.at(-1), "online");
});

test("the waits grow, are bounded, and the network's return ends them", async () => {
  const [server, time] = [new Server(), new Time()];
  server.up = false;
  const { connection, states } = desk(server, time);
  connection.connect();
  for (let i = 0; i < 12; i++) {
    await settle();
    time.pass(20_000);
  }
  await settle();
  server.up = true;
  connection.wake();
  await settle();
  assert.equal(states.at(-1), "online");
  assert.ok(waitBefore(0, 1) < waitBefore(2, 0));
  assert.ok(waitBefore(50, 1) <= 12_500);
});

test("a session that ended is said, and nothing is tried any more", async () => {
  const [server, time] = [new Server(), new Time()];
  const { connection, states } = desk(server, time);
  connection.connect();
  await settle();
  server.sockets[0].hear(
    "connect_error",
    Object.assign(new Error("no"), { data: { code: "not_signed_in" } }),
  );
  time.pass(60_000);
  await settle();
  assert.equal(states.at(-1), "signed_out");
  assert.equal(server.sockets.length, 1);
});

test("after disconnect nothing is heard and nothing is tried", async () => {
  const [server, time] = [new Server(), new Time()];
  const { connection, seen } = desk(server, time);
  connection.connect();
  await settle();
  connection.disconnect();
  server.sockets[0].hear("events", [{ seq: 1 }]);
  time.pass(60_000);
  assert.deepEqual(seen, []);
  assert.equal(server.sockets.length, 1);
});

test("through cuts, losses and resets at random, every event is taken once and in order", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const dice = chance(seed);
    const [server, time] = [new Server(), new Time()];
    const { connection, seen } = desk(server, time);
    connection.connect();
    for (let step = 0; step < 60; step++) {
      const what = dice.next();
      if (what < 0.5) server.tell();
      else if (what < 0.6) server.cut();
      else if (what < 0.65) server.up = !server.up;
      else if (what < 0.7) server.oldest = Math.max(0, server.log.length - 3);
      else if (what < 0.85) time.pass(dice.below(3000));
      else await settle();
    }
    server.up = true;
    server.cut();
    for (let i = 0; i < 4; i++) {
      time.pass(12_000);
      await settle();
    }
    assert.deepEqual(seen, all(server), `seed ${seed}`);
    connection.disconnect();
  }
});
