// What the tests of the models are made of: a seeded chance, and small worlds that tell events as the server
// does.

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function chance(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, pick: (list) => list[below(list.length)] };
}

export const at = (seconds) => new Date(Date.UTC(2026, 2, 3, 9) + seconds * 1000).toISOString();

export const conversation = (over = {}) => ({
  id: "c1",
  party_id: "p1",
  party_name: "Léa Martin",
  queue_id: "q1",
  channel: "webchat",
  customer: { kind: "webchat", value: "v1" },
  subject: "",
  language: "fr",
  status: "open",
  handler: { kind: "queue", ref: "q1" },
  epoch: 1,
  last_position: 1,
  customer_lines: 1,
  preview: "Bonjour",
  preview_author: "customer",
  last_activity_at: at(0),
  waiting_since: at(0),
  ...over,
});

export const exchange = (position, over = {}) => ({
  id: `e${position}`,
  conversation_id: "c1",
  position,
  channel: "webchat",
  kind: "message",
  direction: "inbound",
  author: "customer",
  author_ref: "v1",
  text: `line ${position}`,
  meta: {},
  occurred_at: at(position),
  attachments: [],
  delivery: null,
  ...over,
});

export const item = (over = {}) => ({
  id: "w1",
  conversation_id: "c1",
  queue_id: "q1",
  channel: "webchat",
  state: "waiting",
  priority: 0,
  queued_at: at(0),
  offered_to: null,
  offer_deadline: null,
  accepted_at: null,
  wrap_until: null,
  ...over,
});

export const agent = (over = {}) => ({
  user_id: "me",
  presence: "available",
  reason: "",
  since: at(0),
  capacity: 100,
  load: 0,
  queues: ["q1", "q2"],
  ...over,
});

export const snapshot = (over = {}) => ({
  seq: 0,
  me: { user: { id: "me", name: "Claire" }, agent: agent() },
  queues: [{ id: "q1", name: "Service" }],
  users: [],
  offers: [],
  conversations: [],
  reads: [],
  calls: [],
  wraps: [],
  ...over,
});

/** A world of conversations that lives by chance; `steps` of it, each as the events a server would tell. */
export function story(seed, steps) {
  const dice = chance(seed);
  const world = new Map();
  const events = [];
  const tell = (name, data) =>
    events.push({ seq: (events.at(-1)?.seq ?? 0) + 1 + dice.below(3), at: at(events.length), name, data });
  for (let step = 0; step < steps; step++) {
    const c =
      world.size < 3 || dice.next() < 0.1 ? opened(world, tell, step) : dice.pick([...world.values()]);
    dice.pick(MOVES)(c, tell, dice, step);
  }
  return { events, world };
}

function opened(world, tell, step) {
  const id = `c${world.size + 1}`;
  const state = {
    view: conversation({ id, party_id: `p${(world.size % 3) + 1}`, last_activity_at: at(step) }),
    item: null,
  };
  state.item = item({ id: `w-${id}`, conversation_id: id, queued_at: at(step) });
  world.set(id, state);
  tell("ConversationOpened", { conversation: state.view });
  tell("WorkItemQueued", { item: state.item });
  return state;
}

const change = (state, over) => (state.view = { ...state.view, ...over });
const work = (state, over) => (state.item = { ...state.item, ...over });
const hands = (state, kind, ref, tell, reason) => {
  const previous = `${state.view.handler.kind}:${state.view.handler.ref}`;
  change(state, { handler: { kind, ref }, epoch: state.view.epoch + 1 });
  tell("HandlerChanged", { conversation: state.view, previous, reason });
  if (kind === "agent" && ref === "me" && state.mark)
    tell("ConversationRead", { user_id: "me", reading: state.mark });
};

const isHeldByMe = ({ view }) => view.handler.kind === "agent" && view.handler.ref === "me";

const MOVES = [
  function speak(state, tell, dice, step) {
    const position = state.view.last_position + 1;
    const customer = dice.next() < 0.6;
    const customer_lines = state.view.customer_lines + (customer ? 1 : 0);
    change(state, {
      last_position: position,
      customer_lines,
      last_activity_at: at(step),
      preview: `line ${position}`,
    });
    const over = { id: `${state.view.id}-${position}`, conversation_id: state.view.id };
    const line = customer ? over : { ...over, author: "agent", author_ref: "me", direction: "outbound" };
    tell("ExchangeRecorded", { conversation: state.view, exchange: exchange(position, line) });
  },
  function read(state, tell, dice) {
    const { id, last_position: last, customer_lines: lines } = state.view;
    const further = last > (state.mark?.position ?? 0) && dice.next() < 0.5;
    if (further) state.mark = { conversation_id: id, position: last, customer_lines: lines };
    if (further && isHeldByMe(state)) tell("ConversationRead", { user_id: "me", reading: state.mark });
  },
  function offer(state, tell, dice) {
    if (state.item?.state !== "waiting") return;
    work(state, { state: "offered", offered_to: dice.pick(["me", "other"]), offer_deadline: at(99) });
    const pop = {
      conversation: state.view,
      party: { id: state.view.party_id, name: state.view.party_name },
      language: "fr",
      last_words: "",
      summary: "",
      handover: null,
    };
    tell("OfferMade", { item: state.item, pop });
  },
  function answer(state, tell, dice) {
    if (state.item?.state !== "offered") return;
    const user_id = state.item.offered_to;
    if (dice.next() < 0.6) {
      work(state, { state: "accepted", accepted_at: at(50), offer_deadline: null });
      hands(state, "agent", user_id, tell, "accepted");
      tell("OfferAccepted", { item: state.item, user_id });
    } else {
      work(state, { state: "waiting", offered_to: null, offer_deadline: null });
      tell(dice.pick(["OfferExpired", "OfferDeclined", "OfferWithdrawn"]), { item: state.item, user_id });
    }
  },
  function finish(state, tell, dice) {
    if (state.item?.state !== "accepted") return;
    hands(state, "nobody", "", tell, "resolved");
    change(state, { status: "resolved" });
    tell("ConversationResolved", { conversation: state.view, by: "agent:me" });
    work(state, dice.next() < 0.5 ? { state: "wrapping", wrap_until: at(80) } : { state: "completed" });
    tell(state.item.state === "wrapping" ? "WrapUpStarted" : "WorkItemEnded", { item: state.item });
  },
  function done(state, tell) {
    if (state.item?.state !== "wrapping") return;
    work(state, { state: "completed" });
    tell("WorkItemEnded", { item: state.item });
  },
  function call(state, tell, dice) {
    state.call = {
      id: `call-${state.view.id}`,
      conversation_id: state.view.id,
      state: dice.pick(["holding", "talking", "ended"]),
    };
    tell("CallChanged", { conversation_id: state.view.id, queue_id: "q1", call: state.call });
  },
];
