// The lists of the left pane: pages read from the server, kept true by events.
//
// A list holds ids; the summaries live once, in `known`. An event moves its conversation into the lists it
// now belongs to and out of the others, so a list that was read stays right without being read again.

export const VIEWS = ["mine", "team", "unassigned", "resolved", "all"];

export const EMPTY = Object.freeze({ known: {}, byView: {} });

/**
 * Does the conversation belong in the view, for `viewer` {id, queues}? `queues` null: they see all of them.
 */
export function belongs(view, conversation, viewer) {
  const { status, handler, queue_id: queue } = conversation;
  const live = status !== "resolved";
  switch (view) {
    case "mine":
      return live && handler.kind === "agent" && handler.ref === viewer.id;
    case "team":
      return live && (viewer.queues === null || viewer.queues.includes(queue));
    case "unassigned":
      return live && handler.kind === "queue";
    case "resolved":
      return status === "resolved";
    default:
      return true;
  }
}

/** A page as the server answered it; `fresh` replaces what was there. */
export function withPage(state, view, { items, next }, { fresh = false } = {}) {
  const before = fresh ? [] : (state.byView[view]?.ids ?? []);
  const seen = new Set(before);
  const ids = [...before, ...items.map((c) => c.id).filter((id) => !seen.has(id))];
  const known = { ...state.known };
  for (const conversation of items) known[conversation.id] = newest(known[conversation.id], conversation);
  return { known, byView: { ...state.byView, [view]: { ids, next: next ?? null, loaded: true } } };
}

export function withConversation(state, conversation, viewer) {
  const known = { ...state.known, [conversation.id]: newest(state.known[conversation.id], conversation) };
  const byView = Object.fromEntries(
    Object.entries(state.byView).map(([view, list]) => [
      view,
      moved(list, view, known[conversation.id], viewer),
    ]),
  );
  return { known, byView };
}

export function reduce(state, event, viewer) {
  if (event.name === "PartyChanged") return renamed(state, event.data);
  return event.data?.conversation ? withConversation(state, event.data.conversation, viewer) : state;
}

/** The conversations of a view, in the order they are shown. */
export function shown(state, view) {
  const list = state.byView[view];
  if (!list) return [];
  const order = view === "unassigned" ? byWaiting : byActivity;
  return list.ids.map((id) => state.known[id]).sort(order);
}

/** What waits on me first, longest first; then the latest spoken to. */
export function byWaiting(a, b) {
  if (a.waiting_since && b.waiting_since) return time(a.waiting_since) - time(b.waiting_since);
  if (a.waiting_since) return -1;
  if (b.waiting_since) return 1;
  return byActivity(a, b);
}

export function byActivity(a, b) {
  return time(b.last_activity_at) - time(a.last_activity_at);
}

const time = (text) => Date.parse(text);

/** Reads and events cross on the way: the further one along is right. */
function newest(known, told) {
  if (!known) return told;
  const behind =
    told.epoch < known.epoch || (told.epoch === known.epoch && told.last_position < known.last_position);
  return behind ? known : told;
}

function moved(list, view, conversation, viewer) {
  const has = list.ids.includes(conversation.id);
  const wants = belongs(view, conversation, viewer);
  if (has === wants) return list;
  const ids = wants ? [conversation.id, ...list.ids] : list.ids.filter((id) => id !== conversation.id);
  return { ...list, ids };
}

function renamed(state, { party_id, name }) {
  const known = Object.fromEntries(
    Object.entries(state.known).map(([id, c]) => [
      id,
      c.party_id === party_id ? { ...c, party_name: name } : c,
    ]),
  );
  return { ...state, known };
}
