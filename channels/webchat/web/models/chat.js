// The chat's state and every change of it, as pure functions: (state, what happened) → state.
//
// A line is known by its place (thread, position): told twice, it is shown once. A message of ours is in the
// outbox until the server's acknowledgement, which comes after its commit; it is found again by `client_id`.

export const MINE = "customer";

export function fresh() {
  return {
    connection: "idle", // idle, connecting, online, offline
    session: null, // id, once the server gave one
    verified: false,
    name: "",
    business: "",
    online: true,
    opensAt: null,
    limits: { text: 4000, file: 10485760 },
    lines: new Map(), // key → line
    outbox: new Map(), // client id → message, in the order they were written
    cursor: null, // up to where the history was read: {thread, position}
    talk: null, // {thread, epoch, status, handler: {kind, name}}
    queue: null, // {place, estimate}
    notices: [], // {after: key of a line, kind, name}
    typingUntil: 0,
    seen: null, // {thread, position} of the last line the visitor has read
    introduced: false,
  };
}

export const key = (line) => `${line.thread}/${String(line.position).padStart(10, "0")}`;

/** Positive when `a` comes after `b`; threads' ids are in the order of time. */
export function compare(a, b) {
  if (!a || !b) return (a ? 1 : 0) - (b ? 1 : 0);
  if (a.thread !== b.thread) return a.thread < b.thread ? -1 : 1;
  return a.position - b.position;
}

/** The server's greeting: who we are to it, and what we missed. */
export function welcomed(state, greeting) {
  const other = state.session !== null && state.session !== greeting.session_id;
  const base = other ? { ...fresh(), outbox: state.outbox } : state;
  const outbox = greeting.renewed === "identity" ? ownedBy(base.outbox, greeting.session_id) : base.outbox;
  return caughtUp(
    {
      ...base,
      outbox,
      connection: "online",
      session: greeting.session_id,
      verified: greeting.verified,
      name: greeting.name,
      business: greeting.business,
      online: greeting.online,
      opensAt: greeting.opens_at,
      limits: greeting.limits,
    },
    greeting,
  );
}

/** What followed our cursor. `fresh`: the server could not tell, and gave the last page instead. */
export function caughtUp(state, caught) {
  const lines = caught.fresh ? new Map() : new Map(state.lines);
  for (const line of caught.history) lines.set(key(line), line);
  const next = {
    ...state,
    lines,
    cursor: caught.cursor,
    queue: caught.queue,
    outbox: unsent(state.outbox, caught.history),
  };
  return caught.state
    ? handled({ ...next, notices: caught.fresh ? [] : state.notices }, caught.state, true)
    : next;
}

/** A line the server tells, ours or theirs. */
export function heard(state, line) {
  const lines = new Map(state.lines).set(key(line), line);
  const typingUntil = line.author === MINE ? state.typingUntil : 0;
  return { ...state, lines, typingUntil, outbox: unsent(state.outbox, [line]) };
}

/** Does this line belong to a thread we have not caught up with? */
export const isNewThread = (state, line) => state.talk?.thread !== line.thread;

/** Who holds the conversation. A state older than the one we have is late and changes nothing. */
export function handled(state, talk, quietly = false) {
  if (!talk) return state;
  const before = state.talk;
  if (before && before.thread === talk.thread && talk.epoch < before.epoch) return state;
  if (before && before.thread > talk.thread) return state;
  const same = before?.thread === talk.thread && before.epoch === talk.epoch;
  const queue = talk.handler.kind === "queue" ? state.queue : null;
  const next = { ...state, talk, queue };
  const kind = quietly || same ? null : noticeOf(before, talk);
  if (!kind) return next;
  return {
    ...next,
    notices: [...state.notices, { after: lastKey(state), kind, name: talk.handler.name, epoch: talk.epoch }],
  };
}

function noticeOf(before, talk) {
  if (talk.status === "resolved") return "resolved";
  if (talk.handler.kind === "agent" && talk.handler.name) return "joined";
  if (talk.handler.kind === "queue" && before && before.handler.kind !== "queue") return "waiting";
  return null;
}

export function placed(state, { thread, place, estimate }) {
  if (state.talk?.thread !== thread || state.talk.handler.kind !== "queue") return state;
  return { ...state, queue: { place, estimate } };
}

export const typing = (state, now) => ({ ...state, typingUntil: now + 6000 });

export const connection = (state, name) =>
  state.connection === name ? state : { ...state, connection: name };

/** The visitor wrote a message; it waits until the server has it. `file` stays in memory only. */
export function written(state, message) {
  const outbox = new Map(state.outbox);
  outbox.set(message.id, { tries: 0, status: "waiting", session: state.session ?? "", ...message });
  return { ...state, outbox };
}

export function sending(state, id) {
  return changed(state, id, (message) => ({ status: "sending", tries: message.tries + 1 }));
}

/** Not taken this time; it is tried again. */
export const postponed = (state, id) => changed(state, id, () => ({ status: "waiting" }));

/** Refused for good; the visitor is shown why. */
export const refused = (state, id, code) => changed(state, id, () => ({ status: "failed", code }));

export const retried = (state, id) =>
  changed(state, id, () => ({ status: "waiting", tries: 0, code: undefined }));

export function dropped(state, id) {
  const outbox = new Map(state.outbox);
  outbox.delete(id);
  return { ...state, outbox };
}

/** The server has it: committed, at this place. */
export function acknowledged(state, id, ack) {
  const next = handled(heard(dropped(state, id), ack.line), ack.state, true);
  return ack.state && ack.state.handler.kind !== "queue" ? { ...next, queue: null } : next;
}

/** The message to send now: the oldest that waits, one at a time, so that their order is kept. */
export function due(state) {
  if (state.connection !== "online") return null;
  for (const message of state.outbox.values()) {
    if (message.status === "sending") return null;
    if (message.status === "waiting") return message;
  }
  return null;
}

/** The visitor has read all that is shown. */
export function read(state) {
  const last = lastTheirs(state);
  return last && compare(last, state.seen) > 0
    ? { ...state, seen: { thread: last.thread, position: last.position } }
    : state;
}

export function unread(state) {
  let count = 0;
  for (const line of state.lines.values())
    if (line.author !== MINE && compare(line, state.seen) > 0) count += 1;
  return count;
}

export function lastTheirs(state) {
  let last = null;
  for (const line of state.lines.values()) if (line.author !== MINE && compare(line, last) > 0) last = line;
  return last;
}

export const lastKey = (state) => [...state.lines.keys()].sort().at(-1) ?? "";

/**
 * What is shown, in order: days, lines with who begins to speak, notices, then what is not yet with the
 * server.
 */
export function timeline(state, dayOf) {
  const shown = [];
  const notices = new Map();
  for (const notice of state.notices)
    notices.set(notice.after, [...(notices.get(notice.after) ?? []), notice]);
  let day = "";
  let speaker = "";
  const place = (line, extra) => {
    const today = dayOf(line.at);
    if (today !== day) {
      shown.push({ kind: "day", key: `day ${today}`, at: line.at });
      day = today;
      speaker = "";
    }
    const who = `${line.author}:${line.author_name ?? ""}`;
    shown.push({ kind: "line", key: extra.key, first: who !== speaker, line, ...extra });
    speaker = who;
  };
  const notify = (after) => {
    for (const notice of notices.get(after) ?? []) {
      shown.push({ kind: "notice", key: `notice ${after} ${notice.epoch}`, notice });
      speaker = "";
    }
  };
  notify("");
  for (const at of [...state.lines.keys()].sort()) {
    const line = state.lines.get(at);
    // One key for a message before and after it was acknowledged, so that its bubble stays where it is.
    place(line, { key: line.client_id ? `mine ${line.client_id}` : at, status: "sent" });
    notify(at);
  }
  for (const message of state.outbox.values()) {
    place(
      {
        author: MINE,
        author_name: "",
        text: message.text,
        at: message.at,
        attachments: message.file ? [message.file] : [],
      },
      { key: `mine ${message.id}`, status: message.status, code: message.code, id: message.id },
    );
  }
  return shown;
}

/** The answers a bot offers, while they are the last word. */
export function choices(state) {
  const last = state.lines.get(lastKey(state));
  if (!last || last.author === MINE || state.outbox.size || state.talk?.status === "resolved") return [];
  return last.buttons ?? [];
}

export const waits = (state) => state.talk?.status === "open" && state.talk.handler.kind === "queue";

/** Ask who they are once they wait for a person, or write while nobody is there. */
export function asksWho(state) {
  if (state.verified || state.introduced || !state.lines.size) return false;
  return (
    waits(state) || (!state.online && state.talk?.status === "open" && state.talk.handler.kind !== "agent")
  );
}

function unsent(outbox, lines) {
  const known = lines.filter((line) => line.client_id && outbox.has(line.client_id));
  if (!known.length) return outbox;
  const left = new Map(outbox);
  for (const line of known) left.delete(line.client_id);
  return left;
}

function changed(state, id, change) {
  const message = state.outbox.get(id);
  if (!message) return state;
  return { ...state, outbox: new Map(state.outbox).set(id, { ...message, ...change(message) }) };
}

/** Another customer sits there now: what the one before them had not sent yet is not sent in their name. */
function ownedBy(outbox, session) {
  return new Map([...outbox].filter(([, message]) => !message.session || message.session === session));
}
