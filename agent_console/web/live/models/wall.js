// The supervisor's wall: queues, people and what waits, moved by events.
//
// The server gives the wall once; each event then moves the counts. What an event cannot tell (a queue or a
// person unknown here) sets `doubt`, and the owner reads the wall once more.

export const EMPTY = Object.freeze({ seq: 0, queues: [], agents: [], waiting: [], items: {}, doubt: false });

export function wallOf(answer) {
  const items = Object.fromEntries(answer.waiting.map(({ item }) => [item.id, item]));
  return { ...EMPTY, ...answer, items, doubt: false };
}

export function reduce(state, event) {
  if (event.seq <= state.seq) return state;
  const rule = RULES[event.name];
  const after = rule ? rule(state, event.data, event) : state;
  return { ...withSummary(after, event.data?.conversation), seq: event.seq };
}

/** What the lightest work takes of an agent's room. */
const LIGHTEST = 20;

/** Who could take something now: available, not in wrap-up, with room. */
export const isFree = ({ presence, wrapping, load, capacity }) =>
  presence === "available" && !wrapping && capacity - load >= LIGHTEST;

/** People of a queue who could take something now. */
export function availableIn(state, queueId) {
  return state.agents.filter((agent) => isFree(agent) && agent.queues.includes(queueId)).length;
}

/** What has nobody yet: an item that is offered still waits for its answer. */
export const unanswered = ({ waiting = 0, offered = 0 }) => waiting + offered;

/** Since when the longest waiting item of the queue has waited, or null. */
export function longestSince(state, queueId) {
  const since = state.waiting
    .filter(({ item }) => item.queue_id === queueId)
    .map(({ item }) => item.queued_at);
  return since.length ? since.reduce((a, b) => (Date.parse(a) <= Date.parse(b) ? a : b)) : null;
}

/** Answered within the target, 0 to 1; null when nothing was answered. */
export function serviceLevel({ service_level: level }) {
  return level?.answered ? level.within / level.answered : null;
}

const RULES = {
  WorkItemQueued: (state, { item }, { at }) => itemMoved(returnedUnknown(state, item, at), item),
  OfferMade: (state, { item }) => itemMoved(state, item),
  OfferExpired: (state, { item }) => itemMoved(state, item),
  OfferDeclined: (state, { item }) => itemMoved(state, item),
  OfferWithdrawn: (state, { item }) => itemMoved(state, item),
  OfferAccepted: (state, { item }) => itemMoved(answered(state, item), item),
  WrapUpStarted: (state, { item }) => itemMoved(state, item),
  WorkItemContinued: (state, { item }) => itemMoved(state, item),
  WorkItemEnded: (state, { item }) => itemMoved(state, item),
  PresenceChanged(state, { agent }) {
    const known = state.agents.some((a) => a.user_id === agent.user_id);
    if (!known) return { ...state, doubt: true };
    return {
      ...state,
      agents: state.agents.map((a) => (a.user_id === agent.user_id ? { ...a, ...agent } : a)),
    };
  },
  ConversationOpened: (state, { conversation }) =>
    conversation.handler.kind === "bot" ? counted(state, conversation.queue_id, { bot: +1 }) : state,
  ConversationReopened: (state, { conversation }) =>
    conversation.handler.kind === "bot" ? counted(state, conversation.queue_id, { bot: +1 }) : state,
  HandlerChanged(state, { conversation, previous }) {
    const was = previous.split(":")[0] === "bot";
    const is = conversation.handler.kind === "bot";
    if (was === is) return state;
    const queueId = is
      ? conversation.queue_id
      : (state.lastSeen?.[conversation.id]?.queue_id ?? conversation.queue_id);
    return counted(state, queueId, { bot: is ? +1 : -1 });
  },
  PartyChanged: (state, { party_id, name }) => ({
    ...state,
    waiting: state.waiting.map((row) =>
      row.conversation?.party_id === party_id
        ? { ...row, conversation: { ...row.conversation, party_name: name } }
        : row,
    ),
  }),
};

const COUNT = { waiting: "waiting", offered: "offered", accepted: "in_progress", wrapping: null };

/** An item left one count for another. What it was is what we knew of it, else what its own dates tell. */
function itemMoved(state, item) {
  const before = state.items[item.id] ?? earlier(item);
  const over = !(item.state in COUNT);
  let after = before ? counted(state, before.queue_id, change(before, -1)) : state;
  after = over ? after : counted(after, item.queue_id, change(item, +1));
  const { [item.id]: _, ...others } = after.items;
  return { ...after, items: over ? others : { ...others, [item.id]: item }, waiting: queueUp(after, item) };
}

function change(item, sign) {
  const count = COUNT[item.state];
  return count ? { [count]: sign } : {};
}

/**
 * An item first heard of here was not waiting, or the wall would have shown it: it was in progress, or it is
 * new.
 */
function earlier(item) {
  const wasInProgress =
    item.state === "wrapping" || (!(item.state in COUNT) && item.accepted_at && !item.wrap_until);
  return wasInProgress ? { ...item, state: "accepted" } : null;
}

/**
 * An item that waits since before it was queued comes back from someone: from where, the event does not say.
 */
function returnedUnknown(state, item, at) {
  const returned = !state.items[item.id] && Date.parse(at) - Date.parse(item.queued_at) > 1000;
  return returned ? { ...state, doubt: true } : state;
}

function queueUp(state, item) {
  const others = state.waiting.filter((row) => row.item.id !== item.id);
  if (item.state !== "waiting" && item.state !== "offered") return others;
  const known = state.waiting.find((row) => row.item.id === item.id);
  const conversation = known?.conversation ?? state.lastSeen?.[item.conversation_id] ?? null;
  return [...others, { item, conversation }].sort((a, b) => place(a.item, b.item));
}

/** Priority first, then who came first. */
function place(a, b) {
  return (
    b.priority - a.priority || Date.parse(a.queued_at) - Date.parse(b.queued_at) || (a.id < b.id ? -1 : 1)
  );
}

function answered(state, item) {
  const seconds = (Date.parse(item.accepted_at) - Date.parse(item.queued_at)) / 1000;
  return withQueue(state, item.queue_id, (queue) => {
    const level = queue.service_level ?? { answered: 0, within: 0, target: 20 };
    const within = level.within + (seconds <= level.target ? 1 : 0);
    return { ...queue, service_level: { ...level, answered: level.answered + 1, within } };
  });
}

function counted(state, queueId, changes) {
  return withQueue(state, queueId, (queue) => {
    const after = { ...queue };
    for (const [name, by] of Object.entries(changes)) after[name] = Math.max(0, (queue[name] ?? 0) + by);
    return after;
  });
}

function withQueue(state, queueId, f) {
  if (!state.queues.some((queue) => queue.id === queueId)) return { ...state, doubt: true };
  return { ...state, queues: state.queues.map((queue) => (queue.id === queueId ? f(queue) : queue)) };
}

/**
 * Events about a conversation come before those about its work: keep the last summaries for the rows to come.
 */
function withSummary(state, conversation) {
  if (!conversation) return state;
  const lastSeen = { ...state.lastSeen, [conversation.id]: conversation };
  const keys = Object.keys(lastSeen);
  if (keys.length > 500) delete lastSeen[keys[0]];
  const waiting = state.waiting.some((row) => row.item.conversation_id === conversation.id)
    ? state.waiting.map((row) =>
        row.item.conversation_id === conversation.id ? { ...row, conversation } : row,
      )
    : state.waiting;
  return { ...state, lastSeen, waiting };
}
