// The team as the screen has it, and forms that change it while others change it too.
//
// A form keeps what was touched and nothing else, so that what others change meanwhile shows in it and is
// never sent back. Each touched field also keeps what it was when it was first touched: that tells when two
// people change the same one. What is left to send is always worked out anew against what the server last
// said; a save that broke off half-way goes on where it stopped.

import { plain } from "../../shared/models/search.js";
import { CHANNELS } from "../../shared/models/words.js";

export const ROLES = ["agent", "supervisor", "designer", "crm", "admin"];
export const LEVELS = [1, 2, 3, 4, 5];
export const EMPTY = Object.freeze({ users: [], queues: [], entries: [], bots: [] });
/** The name the product's own bot is entered under. */
const BOT = "accueil";
const OWN_LANGUAGE = 3;
const SHORTEST_PASSWORD = 10;
const LOGIN = /^[A-Za-z0-9][A-Za-z0-9._@+-]{1,99}$/;
const SKILL = /^[a-z][a-z0-9_-]{0,63}$/;

// What is there

export const keyOf = (kind, item) => `${kind}:${item ? idOf(kind, item) : "new"}`;

const idOf = (kind, item) => (kind === "entry" ? `${item.channel}:${item.address}` : item.id);
const LISTS = { person: "users", queue: "queues", entry: "entries" };

/** What the draft is about, as the server last told it; null for something new. */
export const itemOf = (team, draft) =>
  (draft.id && team[LISTS[draft.kind]].find((item) => idOf(draft.kind, item) === draft.id)) || null;

/** The team after an answer: a user, a queue with its members, or all entry points. */
export function withAnswer(team, { user, queue, items }) {
  if (items) return { ...team, entries: items };
  if (user) return { ...team, users: byName(placed(team.users, user)) };
  if (!queue) return team;
  const members = new Set(queue.members.map((m) => m.user_id));
  const users = team.users.map((u) => {
    if (u.queues.includes(queue.id) === members.has(u.id)) return u;
    return {
      ...u,
      queues: members.has(u.id) ? [...u.queues, queue.id] : u.queues.filter((id) => id !== queue.id),
    };
  });
  return { ...team, users, queues: byName(placed(team.queues, queue)) };
}

const placed = (list, item) =>
  list.some((x) => x.id === item.id) ? list.map((x) => (x.id === item.id ? item : x)) : [...list, item];
const byName = (list) =>
  [...list].sort((a, b) => plain(a.name).localeCompare(plain(b.name)) || (a.id < b.id ? -1 : 1));

/**
 * Those whose words begin or contain what is asked; `wordsOf` says by what else than name and login one is
 * found.
 */
export function found(users, query, wordsOf = () => "") {
  const asked = plain(query).split(/\s+/).filter(Boolean);
  if (asked.length === 0) return users;
  return users.filter((user) => {
    const hay = plain(`${user.name} ${user.login} ${wordsOf(user)}`);
    return asked.every((word) => hay.includes(word));
  });
}

/** Every skill that somebody has, languages left out. */
export function knownSkills(users, languages) {
  const names = new Set(users.flatMap((user) => Object.keys(user.skills)));
  return [...names].filter((name) => !languages.includes(name)).sort();
}

/** A skill's name as the server takes it, from what was typed: “Café clients” is `cafe-clients`. */
export function skillNamed(text) {
  const name = plain(text.trim())
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^[-_\d]+|-+$/g, "");
  return SKILL.test(name) ? name : null;
}

/**
 * A password that can be read out: sixteen letters and digits that nobody mistakes, from sixteen random
 * bytes.
 */
export function passwordFrom(bytes) {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  const signs = [...bytes].map((byte) => letters[byte % letters.length]);
  return [0, 4, 8, 12].map((at) => signs.slice(at, at + 4).join("")).join("-");
}

// Forms

export const draftOf = (kind, item) => ({
  kind,
  id: item ? idOf(kind, item) : null,
  touched: {},
  problems: {},
  refusal: null,
  unsure: false,
  handover: null,
});

const NEW = {
  person: {
    name: "",
    login: "",
    language: "fr",
    password: "",
    active: true,
    roles: ["agent"],
    skills: {},
    queues: [],
  },
  queue: { name: "", language: "", target_seconds: 20, priority: 0, offer_seconds: {}, members: [] },
  entry: { channel: "email", address: "", queue_id: "", bot: BOT },
};

const PARTS = {
  role: (user, name) => user.roles.includes(name),
  skill: (user, name) => user.skills[name] ?? 0,
  queue: (user, id) => user.queues.includes(id),
  offer: (queue, channel) => queue.offer_seconds[channel] ?? null,
  member: (queue, id) => queue.members.some((m) => m.user_id === id),
};

/** What a field is on the server: `name`, or a part such as `role.admin`, `skill.fr`, `member.<id>`. */
function told(draft, item, field) {
  const [part, ...rest] = field.split(".");
  const whole = item ?? NEW[draft.kind];
  // The server gives a new agent their own language as a skill.
  if (!item && part === "skill") return rest[0] === shownValue(draft, null, "language") ? OWN_LANGUAGE : 0;
  if (rest.length) return PARTS[part](whole, rest.join("."));
  return field === "password" ? "" : whole[field];
}

/** What the form shows: what was typed, else what the server says. */
export function shownValue(draft, item, field) {
  return field in draft.touched ? draft.touched[field].value : told(draft, item, field);
}

/** The form after a field was changed; changed back, it is as if nobody had touched it. */
export function touch(draft, item, field, value) {
  const { [field]: before, ...others } = draft.touched;
  const { [field]: _, ...problems } = draft.problems;
  const base = told(draft, item, field);
  const touched =
    value === base ? others : { ...others, [field]: { value, seen: before ? before.seen : base } };
  return {
    ...draft,
    touched,
    problems: field.startsWith("role.") ? without(problems, "roles") : problems,
    refusal: null,
  };
}

/** The fields that differ from what the server says now. */
export function changes(draft, item) {
  return Object.keys(draft.touched).filter(
    (field) => draft.touched[field].value !== told(draft, item, field),
  );
}

/** Whether closing the form would lose anything typed. */
export const isDirty = (draft, item) =>
  changes(draft, item).some((field) => draft.id || field !== "password");

/** What someone else set meanwhile in fields that I am changing: {field: their value}. */
export function conflicts(draft, item) {
  if (!draft.id) return {};
  const fields = changes(draft, item).filter(
    (field) => draft.touched[field].seen !== told(draft, item, field),
  );
  return Object.fromEntries(fields.map((field) => [field, told(draft, item, field)]));
}

/** The roles the form shows as given: built-in ones by name, own ones by id. */
export function rolesOf(draft, item) {
  const touched = ofPart(Object.keys(draft.touched), "role").map(nameOf);
  const known = new Set([...ROLES, ...(item?.roles ?? []), ...touched]);
  return [...known].filter((role) => shownValue(draft, item, `role.${role}`));
}

/** Whether queues and skills make sense: what own roles bring is the server's to say. */
export const worksAtDesk = (draft, item) =>
  rolesOf(draft, item).includes("agent") || Boolean(item?.agent && !("role.agent" in draft.touched));

/** What must be mended before it is sent: {field: key of the text}. */
export function check(draft, item, team) {
  const value = (field) => shownValue(draft, item, field);
  return CHECKS[draft.kind]({ draft, item, team, value });
}

const CHECKS = {
  person({ draft, item, value }) {
    const problems = {};
    if (!value("name").trim()) problems.name = { key: "empty" };
    if (!draft.id && !LOGIN.test(value("login").trim())) problems.login = { key: "login" };
    if (rolesOf(draft, item).length === 0) problems.roles = { key: "roles" };
    const password = value("password");
    if ((!draft.id || password) && password.length < SHORTEST_PASSWORD) {
      problems.password = { key: "password_length", values: { shortest: SHORTEST_PASSWORD } };
    }
    return problems;
  },
  queue({ value }) {
    const problems = {};
    if (!value("name").trim()) problems.name = { key: "empty" };
    if (!isWhole(value("target_seconds"), 1, 86_400)) problems.target_seconds = { key: "seconds" };
    if (!isWhole(value("priority"), -100, 100)) problems.priority = { key: "priority" };
    for (const channel of CHANNELS) {
      const seconds = value(`offer.${channel}`);
      if (seconds !== null && !isWhole(seconds, 1, 86_400)) problems[`offer.${channel}`] = { key: "seconds" };
    }
    return problems;
  },
  entry({ draft, team, value }) {
    const problems = {};
    const [channel, address] = [value("channel"), tidy(value("channel"), value("address"))];
    if (address && !ADDRESSES[channel].test(address)) problems.address = { key: `address_${channel}` };
    if (!draft.id && team.entries.some((e) => e.channel === channel && e.address === address))
      problems.address = { key: "address_there" };
    if (!team.queues.some((queue) => queue.id === value("queue_id"))) problems.queue_id = { key: "queue" };
    return problems;
  },
};

const isWhole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
const PHONE = /^\+[1-9]\d{5,14}$/;
const ADDRESSES = { email: /^[^\s@]+@[^\s@]+$/, sms: PHONE, voice: PHONE, webchat: /^.{1,200}$/ };

/** An address as it comes with a message: a number without its gaps, a mailbox in lower case. */
function tidy(channel, address) {
  if (channel === "email") return address.trim().toLowerCase();
  return channel === "webchat" ? address.trim() : address.replaceAll(/[\s().-]/g, "");
}

/** Where a refusal of the server belongs: {field: {key, values}}; empty when it is about no field. */
export function problemsOf(error) {
  const at = {
    login_taken: "login",
    name_taken: "name",
    password_length: "password",
    last_administrator: "roles",
  }[error.code];
  if (at) return { [at]: { key: error.code, values: error.details?.[0] ?? {} } };
  if (error.code !== "invalid_input") return {};
  const fields = (error.details ?? [])
    .map((detail) => /^body\.(.+)$/.exec(detail.field ?? "")?.[1])
    .filter(Boolean);
  return Object.fromEntries(fields.map((field) => [fieldOf(field), { key: "invalid" }]));
}

const fieldOf = (name) =>
  name
    .replace(/^offer_seconds\./, "offer.")
    .replace(/^skills\./, "skill.")
    .replace(/^roles\..*/, "roles");

/**
 * A first save whose answer was lost may have been heard: what has come to be under that name is what was
 * made.
 */
export function adopted(draft, team) {
  if (draft.id || !draft.unsure || draft.kind === "entry") return draft;
  const value = (field) => shownValue(draft, null, field).trim();
  const made =
    draft.kind === "person"
      ? team.users.find((user) => user.login === value("login").toLowerCase() && user.name === value("name"))
      : team.queues.find((queue) => queue.name === value("name"));
  return made ? { ...draft, id: made.id, unsure: false, touched: without(draft.touched, "login") } : draft;
}

/** The form after a request that nobody answered: was it a first save, it may have made what it asked for. */
export function inDoubt(draft, team) {
  const doubtful = { ...draft, unsure: true };
  return draft.id || adopted(doubtful, team).id ? draft : doubtful;
}

// Sending

/** The next request that the form needs: {method, path, body, fields}, or null when all is said. */
export function nextStep(draft, item) {
  return STEPS[draft.kind](draft, item)[0] ?? null;
}

/**
 * The form after a step was answered; `now` is the form by then: what was typed meanwhile is still to be
 * sent.
 */
export function settled(draft, step, { user, queue }, now = draft) {
  const said = (field) =>
    step.fields.includes(field) && now.touched[field].value === draft.touched[field]?.value;
  const touched = Object.fromEntries(Object.entries(now.touched).filter(([field]) => !said(field)));
  const handover = step.body.password
    ? { login: user.login, name: user.name, password: step.body.password }
    : now.handover;
  const id = now.id ?? user?.id ?? queue?.id ?? `${step.body.channel}:${step.body.address}`;
  return { ...now, id, touched, handover, unsure: false };
}

const at = (...parts) => parts.map((part) => `/${encodeURIComponent(part)}`).join("");
const ofPart = (fields, part) => fields.filter((field) => field.startsWith(`${part}.`));
const nameOf = (field) => field.slice(field.indexOf(".") + 1);

const STEPS = {
  person(draft, user) {
    const value = (field) => shownValue(draft, user, field);
    if (!user) return [newPerson(draft, value)];
    const fields = changes(draft, user);
    const steps = worksAtDesk(draft, user) ? workSteps(user, fields, value) : [];
    const self = personStep(draft, user, fields, value);
    // A new role or password ends sessions, perhaps one's own: it comes last wherever the rest can go before
    // it.
    return self ? (user.agent ? [...steps, self] : [self, ...steps]) : steps;
  },
  queue(draft, queue) {
    const value = (field) => shownValue(draft, queue, field);
    if (!queue) return [newQueue(value)];
    const fields = changes(draft, queue);
    const members = ofPart(fields, "member").map((field) =>
      memberStep(queue.id, nameOf(field), value(field), field),
    );
    return [queueStep(queue, fields, value), ...members].filter(Boolean);
  },
  entry(draft, entry) {
    if (entry && changes(draft, entry).length === 0) return [];
    const value = (field) => shownValue(draft, entry, field);
    const body = {
      channel: value("channel"),
      address: tidy(value("channel"), value("address")),
      queue_id: value("queue_id"),
      bot: value("bot"),
    };
    return [{ method: "put", path: "/entry-points", body, fields: Object.keys(draft.touched) }];
  },
};

function newPerson(draft, value) {
  const body = {
    login: value("login").trim(),
    name: value("name").trim(),
    password: value("password"),
    roles: rolesOf(draft, null),
    language: value("language"),
  };
  const fields = ["login", "name", "password", "language", ...ROLES.map((role) => `role.${role}`)];
  return { method: "post", path: "/users", body, fields };
}

function personStep(draft, user, fields, value) {
  const own = fields.filter((field) => ["name", "language", "password"].includes(field));
  const roles = ofPart(fields, "role");
  if (own.length + roles.length === 0) return null;
  const body = Object.fromEntries(
    own.map((field) => [field, field === "name" ? value(field).trim() : value(field)]),
  );
  if (roles.length) body.roles = rolesOf(draft, user);
  return { method: "patch", path: at("users", user.id), body, fields: [...own, ...roles] };
}

function workSteps(user, fields, value) {
  const skills = ofPart(fields, "skill");
  const body = { skills: Object.fromEntries(skills.map((field) => [nameOf(field), value(field)])) };
  const queues = ofPart(fields, "queue").map((field) =>
    memberStep(nameOf(field), user.id, value(field), field),
  );
  return [
    ...(skills.length
      ? [{ method: "patch", path: at("users", user.id, "skills"), body, fields: skills }]
      : []),
    ...queues,
  ];
}

const memberStep = (queueId, userId, joins, field) => ({
  method: "put",
  path: at("queues", queueId, "members", userId),
  body: { rank: joins ? 1 : 0 },
  fields: [field],
});

function newQueue(value) {
  const offers = CHANNELS.filter((channel) => value(`offer.${channel}`) !== null);
  const body = {
    name: value("name").trim(),
    language: value("language") || null,
    target_seconds: value("target_seconds"),
    priority: value("priority"),
    offer_seconds: Object.fromEntries(offers.map((channel) => [channel, value(`offer.${channel}`)])),
  };
  const fields = [
    "name",
    "language",
    "target_seconds",
    "priority",
    ...CHANNELS.map((channel) => `offer.${channel}`),
  ];
  return { method: "post", path: "/queues", body, fields };
}

function queueStep(queue, fields, value) {
  const own = fields.filter((field) => ["name", "language", "target_seconds", "priority"].includes(field));
  const offers = ofPart(fields, "offer");
  if (own.length + offers.length === 0) return null;
  const sent = { name: (v) => v.trim(), language: (v) => v || null };
  const body = Object.fromEntries(own.map((field) => [field, (sent[field] ?? ((v) => v))(value(field))]));
  if (offers.length)
    body.offer_seconds = Object.fromEntries(offers.map((field) => [nameOf(field), value(field)]));
  return { method: "patch", path: at("queues", queue.id), body, fields: [...own, ...offers] };
}

function without(object, name) {
  const { [name]: _, ...rest } = object;
  return rest;
}
