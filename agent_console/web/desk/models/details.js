// Conversations opened on this desk, with their timelines, kept in memory so that switching is instant.
//
// Each detail remembers the `seq` it was read at. Events that came before it are in it already; events that
// came after a slow read began are applied again from the short memory of recent events. Where a line is
// missing the detail is marked stale, and whoever shows it reads it again.

const REMEMBERED = 400; // events
const KEPT = 60; // details

export const EMPTY = Object.freeze({ byId: {}, recent: [], order: [] });

/** A detail as the server answered it, brought up to date with what was heard since. */
export function withDetail(state, answer) {
  const detail = { ...answer, stale: missedSome(state, answer.seq) };
  const upToDate = state.recent.reduce(applyTo, detail);
  return keep(state, detail.conversation.id, upToDate);
}

/** Older lines, put before those that are there. */
export function withOlder(state, id, page) {
  const detail = state.byId[id];
  if (!detail) return state;
  const first = detail.exchanges[0]?.position ?? Infinity;
  const older = page.exchanges.filter((exchange) => exchange.position < first);
  return put(state, id, { ...detail, exchanges: [...older, ...detail.exchanges], has_more: page.has_more });
}

/** A line the server answered to a command, before its event came. */
export function withExchange(state, exchange) {
  const detail = state.byId[exchange.conversation_id];
  return detail ? put(state, exchange.conversation_id, placed(detail, exchange)) : state;
}

/** A conversation's summary the server answered to a command. */
export function withConversation(state, conversation) {
  const detail = state.byId[conversation.id];
  if (!detail || conversation.epoch < detail.conversation.epoch) return state;
  return put(state, conversation.id, { ...detail, conversation });
}

export function reduce(state, event) {
  const last = state.recent.at(-1)?.seq ?? 0;
  if (event.seq <= last) return state;
  const recent = [...state.recent.slice(-REMEMBERED + 1), event];
  const after = {
    ...state,
    recent,
    forgotten: state.recent.length >= REMEMBERED ? state.recent[0].seq : state.forgotten,
  };
  if (event.name === "PartyChanged") return renamed(after, event.data);
  const id = conversationOf(event);
  const detail = id && after.byId[id];
  return detail ? put(after, id, applyTo(detail, event)) : after;
}

/**
 * After a snapshot was read anew at `seq`, nothing that was kept can be trusted, nor an answer from before
 * it.
 */
export function allStale(state, seq) {
  const byId = Object.fromEntries(Object.entries(state.byId).map(([id, d]) => [id, { ...d, stale: true }]));
  return { ...state, byId, recent: [], forgotten: seq };
}

function missedSome(state, seq) {
  return state.forgotten !== undefined && seq !== undefined && seq < state.forgotten;
}

function conversationOf(event) {
  const data = event.data ?? {};
  return (
    data.conversation?.id ?? data.conversation_id ?? data.call?.conversation_id ?? data.item?.conversation_id
  );
}

function applyTo(detail, event) {
  if (conversationOf(event) !== detail.conversation.id || event.seq <= (detail.seq ?? 0)) return detail;
  const { conversation, exchange, delivery, exchange_id, call, item } = event.data;
  let after = { ...detail, seq: event.seq };
  if (conversation) after.conversation = conversation;
  if (exchange) after = placed(after, exchange);
  if (delivery) after.exchanges = delivered(after.exchanges, exchange_id, delivery);
  if (call) after.call = call.state === "ended" ? null : call;
  if (event.name === "ConversationRead")
    after.read_to = Math.max(event.data.reading.position, detail.read_to ?? 0);
  if (item) after.item = event.name === "WorkItemEnded" ? null : item;
  return after;
}

/** Positions have no gap in the history: one here means that a line was missed. */
function placed(detail, exchange) {
  const { exchanges } = detail;
  const at = exchanges.findIndex((known) => known.position === exchange.position);
  if (at >= 0) {
    const kept = newerDelivery(exchanges[at].delivery, exchange.delivery);
    return { ...detail, exchanges: exchanges.with(at, { ...exchange, delivery: kept }) };
  }
  const last = exchanges.at(-1)?.position ?? exchange.position - 1;
  if (exchange.position < last) return detail;
  return {
    ...detail,
    exchanges: [...exchanges, exchange],
    stale: detail.stale || exchange.position > last + 1,
  };
}

function delivered(exchanges, exchangeId, delivery) {
  return exchanges.map((exchange) =>
    exchange.id === exchangeId
      ? { ...exchange, delivery: newerDelivery(exchange.delivery, delivery) }
      : exchange,
  );
}

function newerDelivery(known, told) {
  if (!known || !told) return told ?? known ?? null;
  return Date.parse(told.updated_at) >= Date.parse(known.updated_at) ? told : known;
}

function renamed(state, { party_id, name }) {
  const byId = Object.fromEntries(
    Object.entries(state.byId).map(([id, detail]) =>
      detail.conversation.party_id === party_id
        ? [id, { ...detail, conversation: { ...detail.conversation, party_name: name } }]
        : [id, detail],
    ),
  );
  return { ...state, byId };
}

function put(state, id, detail) {
  return { ...state, byId: { ...state.byId, [id]: detail } };
}

function keep(state, id, detail) {
  const order = [...state.order.filter((known) => known !== id), id];
  const byId = { ...state.byId, [id]: detail };
  while (order.length > KEPT) delete byId[order.shift()];
  return { ...state, byId, order };
}
