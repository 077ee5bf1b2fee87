// What has not been read yet, per conversation.
//
// Where I have read to is kept across reloads; what customers said since is counted from events.

export const EMPTY = Object.freeze({ readTo: {}, unread: {} });

/** A customer's line adds one, unless the conversation is being looked at. */
export function reduce(state, event, viewing) {
  if (event.name !== "ExchangeRecorded") return state;
  const { exchange, conversation } = event.data;
  if (exchange.author !== "customer") return state;
  const id = conversation.id;
  if (id === viewing || exchange.position <= (state.readTo[id] ?? 0)) return state;
  return { ...state, unread: { ...state.unread, [id]: (state.unread[id] ?? 0) + 1 } };
}

/** Read up to `position`: nothing is unread any more. */
export function read(state, id, position) {
  const { [id]: _, ...unread } = state.unread;
  return { readTo: { ...state.readTo, [id]: Math.max(position, state.readTo[id] ?? 0) }, unread };
}

/** How many lines of the customer wait to be read. At least one when he spoke last and I have not looked. */
export function unreadOf(state, conversation) {
  const counted = state.unread[conversation.id] ?? 0;
  if (counted) return counted;
  const behind = conversation.last_position > (state.readTo[conversation.id] ?? 0);
  return behind && conversation.preview_author === "customer" && conversation.waiting_since ? 1 : 0;
}
