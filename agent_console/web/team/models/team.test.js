import assert from "node:assert/strict";
import { test } from "node:test";
import * as team from "./team.js";

const LEA = {
  id: "u1",
  login: "lea",
  name: "Léa Petit",
  roles: ["agent"],
  language: "fr",
  active: true,
  agent: true,
  queues: ["q1"],
  skills: { fr: 5, billing: 2 },
};
const SALES = {
  id: "q1",
  name: "Ventes",
  language: "",
  target_seconds: 20,
  priority: 0,
  offer_seconds: { voice: 15 },
  members: [{ user_id: "u1", rank: 2 }],
};
const TEAM = {
  users: [LEA],
  queues: [SALES],
  entries: [{ channel: "sms", address: "", queue_id: "q1", bot: "accueil" }],
};

const form = (kind, item, values) =>
  Object.entries(values).reduce(
    (draft, [field, value]) => team.touch(draft, item, field, value),
    team.draftOf(kind, item),
  );

/** Sends all steps to a server that does what it is told; answers [method, path, body] of each. */
function sendAll(draft, state, server) {
  const sent = [];
  for (let step; (step = team.nextStep(draft, team.itemOf(state, draft))); ) {
    sent.push([step.method, step.path, step.body]);
    const answer = server(step);
    state = team.withAnswer(state, answer);
    draft = team.settled(draft, step, answer);
  }
  return { sent, draft, state };
}

test("only what was touched is sent", () => {
  const draft = form("person", LEA, { name: "Léa Petit-Roux" });
  const step = team.nextStep(draft, LEA);
  assert.deepEqual([step.method, step.path, step.body], ["patch", "/users/u1", { name: "Léa Petit-Roux" }]);
});

test("a field changed back is not touched any more", () => {
  const draft = team.touch(form("person", LEA, { name: "Other" }), LEA, "name", "Léa Petit");
  assert.equal(team.isDirty(draft, LEA), false);
  assert.equal(team.nextStep(draft, LEA), null);
});

test("what another changes meanwhile shows in the form and is not sent back", () => {
  const draft = form("person", LEA, { "skill.sales": 3, "role.crm": true });
  const now = { ...LEA, name: "Léa Roux", roles: ["agent", "supervisor"], skills: { fr: 5, billing: 5 } };
  assert.equal(team.shownValue(draft, now, "name"), "Léa Roux");
  const { sent } = sendAll(draft, { ...TEAM, users: [now] }, () => ({ user: now }));
  assert.deepEqual(sent, [
    ["patch", "/users/u1/skills", { skills: { sales: 3 } }],
    ["patch", "/users/u1", { roles: ["agent", "supervisor", "crm"] }],
  ]);
});

test("two who change the same field: the second is told what the first made of it", () => {
  const draft = form("person", LEA, { name: "Léa Petit-Roux", language: "en" });
  assert.deepEqual(team.conflicts(draft, LEA), {});
  assert.deepEqual(team.conflicts(draft, { ...LEA, name: "Léa Roux" }), { name: "Léa Roux" });
  assert.deepEqual(team.conflicts(draft, { ...LEA, language: "en" }), {});
});

test("a new agent is made, then skilled, then put on their queues", () => {
  const draft = form("person", null, {
    name: " Noé Roy ",
    login: "noe",
    password: "0123456789",
    "skill.en": 4,
    "queue.q1": true,
  });
  const user = { ...LEA, id: "u2", login: "noe", name: "Noé Roy", queues: [], skills: { fr: 3 } };
  const {
    sent,
    draft: after,
    state,
  } = sendAll(draft, TEAM, (step) =>
    step.path === "/queues/q1/members/u2"
      ? { queue: { ...SALES, members: [...SALES.members, { user_id: "u2", rank: 1 }] } }
      : { user: step.path.endsWith("skills") ? { ...user, skills: { fr: 3, en: 4 } } : user },
  );
  assert.deepEqual(sent, [
    [
      "post",
      "/users",
      { login: "noe", name: "Noé Roy", password: "0123456789", roles: ["agent"], language: "fr" },
    ],
    ["patch", "/users/u2/skills", { skills: { en: 4 } }],
    ["put", "/queues/q1/members/u2", { rank: 1 }],
  ]);
  assert.deepEqual(after.handover, { login: "noe", name: "Noé Roy", password: "0123456789" });
  assert.deepEqual(state.users.find((u) => u.id === "u2").queues, ["q1"]);
});

test("a new agent has their own language without a word, unless it is taken from them", () => {
  const draft = form("person", null, {
    name: "Noé Roy",
    login: "noe",
    password: "0123456789",
    language: "en",
  });
  assert.deepEqual(
    ["fr", "en"].map((code) => team.shownValue(draft, null, `skill.${code}`)),
    [0, 3],
  );
  const user = { ...LEA, id: "u2", queues: [], skills: { en: 3 } };
  const made = team.settled(team.touch(draft, null, "skill.en", 0), team.nextStep(draft, null), { user });
  assert.deepEqual(team.nextStep(made, user).body, { skills: { en: 0 } });
});

test("a save that broke off goes on where it stopped", () => {
  const draft = form("person", null, {
    name: "Noé Roy",
    login: "noe",
    password: "0123456789",
    "queue.q1": true,
  });
  const first = team.nextStep(draft, null);
  const user = { ...LEA, id: "u2", login: "noe", name: "Noé Roy", queues: [] };
  const after = team.settled(draft, first, { user });
  assert.equal(team.nextStep(after, user).path, "/queues/q1/members/u2");
});

test("a first save whose answer was lost is not made twice", () => {
  const draft = team.inDoubt(
    form("person", null, { name: "Noé Roy", login: "Noe", password: "0123456789" }),
    TEAM,
  );
  const user = { ...LEA, id: "u2", login: "noe", name: "Noé Roy" };
  const after = team.adopted(draft, { ...TEAM, users: [LEA, user] });
  assert.equal(after.id, "u2");
  assert.deepEqual(team.nextStep(after, user).body, { password: "0123456789" });
  assert.equal(team.adopted(draft, TEAM), draft);
  assert.equal(team.adopted({ ...draft, unsure: false }, { ...TEAM, users: [LEA, user] }).id, null);
});

test("somebody who was there before is not taken for the one just made", () => {
  const draft = form("person", null, { name: "Léa Petit", login: "lea", password: "0123456789" });
  assert.equal(team.adopted(team.inDoubt(draft, TEAM), TEAM).id, null);
});

test("what is typed while a save is under way is not lost", () => {
  const draft = form("person", LEA, { name: "Léa R" });
  const step = team.nextStep(draft, LEA);
  const now = team.touch(team.touch(draft, LEA, "name", "Léa Roux"), LEA, "language", "en");
  const after = team.settled(draft, step, { user: { ...LEA, name: "Léa R" } }, now);
  assert.deepEqual(team.nextStep(after, { ...LEA, name: "Léa R" }).body, {
    name: "Léa Roux",
    language: "en",
  });
});

test("the agent's role comes before the queues; losing it asks for nothing more", () => {
  const officer = { ...LEA, roles: ["crm"], agent: false, queues: [], skills: {} };
  const { sent } = sendAll(
    form("person", officer, { "role.agent": true, "queue.q1": true }),
    { ...TEAM, users: [officer] },
    (step) =>
      step.path.startsWith("/users")
        ? { user: { ...officer, roles: ["agent", "crm"], agent: true } }
        : { queue: SALES },
  );
  assert.deepEqual(
    sent.map(([, path]) => path),
    ["/users/u1", "/queues/q1/members/u1"],
  );
  const leaving = form("person", LEA, { "role.agent": false, "role.crm": true, "skill.fr": 2 });
  assert.deepEqual(team.nextStep(leaving, LEA).body, { roles: ["crm"] });
});

test("a queue sends single deadlines and members, and null for the default again", () => {
  const draft = form("queue", SALES, {
    "offer.voice": null,
    "offer.sms": 90,
    language: "en",
    "member.u1": false,
  });
  const { sent } = sendAll(draft, TEAM, (step) => ({
    queue:
      step.method === "put"
        ? { ...SALES, language: "en", offer_seconds: { sms: 90 }, members: [] }
        : { ...SALES, language: "en", offer_seconds: { sms: 90 } },
  }));
  assert.deepEqual(sent, [
    ["patch", "/queues/q1", { language: "en", offer_seconds: { voice: null, sms: 90 } }],
    ["put", "/queues/q1/members/u1", { rank: 0 }],
  ]);
});

test("an entry point keeps its bot's name, and its address is what messages come with", () => {
  const entry = { channel: "email", address: "", queue_id: "q1", bot: "ventes" };
  assert.equal(team.nextStep(form("entry", entry, { bot: "" }), entry).body.bot, "");
  assert.equal(team.nextStep(form("entry", entry, { queue_id: "q2" }), entry).body.bot, "ventes");
  const added = form("entry", null, { channel: "sms", address: "+33 1 99 00 12 34", queue_id: "q1" });
  assert.deepEqual(team.nextStep(added, null).body, {
    channel: "sms",
    address: "+33199001234",
    queue_id: "q1",
    bot: "accueil",
  });
});

test("what cannot be accepted is said before it is sent", () => {
  const keys = (draft, item) =>
    Object.fromEntries(Object.entries(team.check(draft, item, TEAM)).map(([field, { key }]) => [field, key]));
  assert.deepEqual(keys(form("person", null, { login: "é", password: "short", "role.agent": false }), null), {
    name: "empty",
    login: "login",
    roles: "roles",
    password: "password_length",
  });
  assert.deepEqual(keys(form("person", LEA, { name: "x" }), LEA), {});
  assert.deepEqual(keys(form("queue", null, { target_seconds: null, priority: 1.5, "offer.sms": 0 }), null), {
    name: "empty",
    target_seconds: "seconds",
    priority: "priority",
    "offer.sms": "seconds",
  });
  assert.deepEqual(keys(form("entry", null, { channel: "sms", queue_id: "q1" }), null), {
    address: "address_there",
  });
  assert.deepEqual(keys(form("entry", null, { channel: "voice", address: "01 99 00 12 34" }), null), {
    address: "address_voice",
    queue_id: "queue",
  });
});

test("a refusal stands beside its field", () => {
  assert.deepEqual(team.problemsOf({ code: "login_taken", details: [{ login: "lea" }] }), {
    login: { key: "login_taken", values: { login: "lea" } },
  });
  const details = [
    { field: "body.offer_seconds.sms", problem: "…" },
    { field: "body.name", problem: "…" },
  ];
  assert.deepEqual(team.problemsOf({ code: "invalid_input", details }), {
    "offer.sms": { key: "invalid" },
    name: { key: "invalid" },
  });
  assert.deepEqual(team.problemsOf({ code: "network", details: [] }), {});
});

test("people are found by any words of theirs, without accents", () => {
  const users = [LEA, { ...LEA, id: "u2", name: "Noé Roy", login: "nroy" }];
  assert.deepEqual(
    team.found(users, "petit LEA").map((u) => u.id),
    ["u1"],
  );
  assert.deepEqual(
    team.found(users, "livraisons", (u) => (u.id === "u2" ? "Livraisons" : "")).map((u) => u.id),
    ["u2"],
  );
  assert.equal(team.found(users, " ").length, 2);
});

test("skills get names the server takes, passwords can be read out", () => {
  assert.equal(team.skillNamed(" Prêt à porter "), "pret-a-porter");
  assert.equal(team.skillNamed("12"), null);
  assert.match(team.passwordFrom(new Uint8Array(16).fill(31)), /^aaaa-aaaa-aaaa-aaaa$/);
});
