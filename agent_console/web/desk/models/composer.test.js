import assert from "node:assert/strict";
import { test } from "node:test";
import { Composer } from "./composer.js";
import { chance } from "./samples.mjs";

class Storage {
  map = new Map();
  getItem = (name) => this.map.get(name) ?? null;
  setItem = (name, value) => this.map.set(name, value);
  removeItem = (name) => this.map.delete(name);
  key = (i) => [...this.map.keys()][i];
  get length() {
    return this.map.size;
  }
}

/** Knows a command by its key, as the server does; loses requests or answers as told. */
class Server {
  said = new Map();
  weather = () => "fine";
  post = async (command) => {
    const weather = this.weather();
    if (weather === "request lost") throw Object.assign(new Error(), { network: true });
    if (weather === "stale" && !this.said.has(command.key))
      throw Object.assign(new Error(), { code: "stale_handler" });
    this.said.set(command.key, command);
    if (weather === "answer lost") throw Object.assign(new Error(), { network: true });
    return { exchange: { id: command.key } };
  };
}

let keys = 0;
const composerOn = (storage, server) =>
  new Composer({ storage, userId: "me", post: server.post, newKey: () => `k${++keys}` });

test("what is written is there again after a reload, reply and note apart", () => {
  const storage = new Storage();
  const before = composerOn(storage, new Server());
  before.write("c1", "Bonjour");
  before.turnTo("c1", "note");
  before.write("c1", "Client pressé");
  const after = composerOn(storage, new Server());
  assert.deepEqual(
    [after.draft("c1").reply, after.draft("c1").note, after.draft("c1").mode],
    ["Bonjour", "Client pressé", "note"],
  );
});

test("another person on the same browser does not see it", () => {
  const storage = new Storage();
  composerOn(storage, new Server()).write("c1", "Bonjour");
  const other = new Composer({ storage, userId: "other", post: async () => {} });
  assert.equal(other.draft("c1").reply, "");
});

test("a reply that was sent leaves an empty composer and nothing in the storage", async () => {
  const [storage, server] = [new Storage(), new Server()];
  const composer = composerOn(storage, server);
  composer.write("c1", "Bonjour");
  assert.ok(await composer.send("c1", 2));
  assert.equal(composer.draft("c1").reply, "");
  assert.equal(storage.length, 0);
});

test("pressed twice, it is sent once", async () => {
  const server = new Server();
  const composer = composerOn(new Storage(), server);
  composer.write("c1", "Bonjour");
  await Promise.all([composer.send("c1", 2), composer.send("c1", 2)]);
  assert.equal(server.said.size, 1);
});

test("a lost answer is asked for again with the same key, also after a reload", async () => {
  const [storage, server] = [new Storage(), new Server()];
  const before = composerOn(storage, server);
  before.write("c1", "Bonjour");
  server.weather = () => "answer lost";
  assert.equal(await before.send("c1", 2), null);
  assert.equal(before.draft("c1").problem.code, "network");
  const after = composerOn(storage, server);
  server.weather = () => "fine";
  assert.deepEqual(after.pending(), ["c1"]);
  await after.retry();
  assert.equal(server.said.size, 1);
  assert.equal(after.draft("c1").reply, "");
});

test("while it is not known whether it arrived, the words cannot be changed", async () => {
  const server = new Server();
  const composer = composerOn(new Storage(), server);
  composer.write("c1", "Bonjour");
  server.weather = () => "request lost";
  await composer.send("c1", 2);
  composer.write("c1", "Autre chose");
  assert.equal(composer.draft("c1").reply, "Bonjour");
  composer.giveUp("c1");
  composer.write("c1", "Autre chose");
  assert.equal(composer.draft("c1").reply, "Autre chose");
});

test("a reply that crossed a change of hands is refused, and its text is kept", async () => {
  const server = new Server();
  const composer = composerOn(new Storage(), server);
  composer.write("c1", "Bonjour");
  server.weather = () => "stale";
  await composer.send("c1", 2);
  assert.deepEqual(
    [composer.draft("c1").reply, composer.draft("c1").problem.code],
    ["Bonjour", "stale_handler"],
  );
  assert.deepEqual(composer.pending(), []);
});

test("nothing is not sent; a file alone is", async () => {
  const server = new Server();
  const composer = composerOn(new Storage(), server);
  composer.write("c1", "   ");
  assert.equal(await composer.send("c1", 2), null);
  composer.attach("c1", { id: "f1", name: "photo.jpg" });
  await composer.send("c1", 2);
  assert.deepEqual(
    [...server.said.values()].map((c) => c.attachments),
    [["f1"]],
  );
});

test("a note never carries the reply's words, files or channel", async () => {
  const server = new Server();
  const composer = composerOn(new Storage(), server);
  composer.write("c1", "Pour le client");
  composer.attach("c1", { id: "f1" });
  composer.turnTo("c1", "note");
  composer.write("c1", "Pour nous");
  await composer.send("c1", 2);
  const [command] = server.said.values();
  assert.deepEqual([command.kind, command.text, command.attachments], ["note", "Pour nous", []]);
  assert.equal(composer.draft("c1").reply, "Pour le client");
});

test("a browser without storage still lets one write", () => {
  const broken = {
    getItem: () => {
      throw new Error();
    },
    setItem: () => {
      throw new Error();
    },
    removeItem: () => {},
    length: 0,
  };
  const composer = composerOn(broken, new Server());
  composer.write("c1", "Bonjour");
  assert.equal(composer.draft("c1").reply, "Bonjour");
});

test("in any weather, through reloads, each message the agent sent arrives exactly once", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const dice = chance(seed);
    const [storage, server] = [new Storage(), new Server()];
    server.weather = () => dice.pick(["fine", "request lost", "answer lost"]);
    let composer = composerOn(storage, server);
    const wanted = [];
    for (let n = 0; n < 8; n++) {
      const text = `message ${n}`;
      composer.write("c1", text);
      wanted.push(text);
      await composer.send("c1", 2);
      while (composer.draft("c1").reply) {
        if (dice.next() < 0.4) composer = composerOn(storage, server);
        await composer.retry();
      }
    }
    assert.deepEqual(
      [...server.said.values()].map((c) => c.text),
      wanted,
      `seed ${seed}`,
    );
  }
});
