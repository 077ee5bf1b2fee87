// The desk of one agent: what they are offered, what they hold, their own state.
//
// Pure and immutable: `snapshot + events = the next snapshot`, in the very shape the server's snapshot has,
// and a test on the server's side holds the two against each other. An event whose `seq` was already seen
// changes nothing, so replays after a lost connection are harmless.

import { handoverOf } from "./handover.js";

/** The state before anything is known. */
export const EMPTY = Object.freeze({
  seq: 0,
  me: null,
  queues: [],
  users: [],
  offers: [],
  conversations: [],
  /** How far I have read in what I hold: {conversation_id, position, customer_lines}. */
  reads: [],
  calls: [],
  wraps: [],
  /** Live calls of conversations that are not mine (yet). */
  otherCalls: [],
});

/** A state from the server's snapshot. */
export function deskOf(snapshot) {
  return { ...EMPTY, ...snapshot };
}

/** The snapshot's own shape again, in a stable order. */
export function snapshotOf(state) {
  const { otherCalls, ...snapshot } = state;
  const byId = (a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
  return {
    ...snapshot,
    offers: [...state.offers].sort((a, b) => byId(a.item, b.item)),
    conversations: [...state.conversations].sort(byId),
    reads: [...state.reads].sort((a, b) => (a.conversation_id < b.conversation_id ? -1 : 1)),
    calls: [...state.calls].sort(byId),
    wraps: [...state.wraps].sort(byId),
  };
}

/** Who is signed in, whether the snapshot nests them or not. */
export function userOf(state) {
  return state.me?.user ?? state.me;
}

export function isMine(state, conversation) {
  return conversation.handler.kind === "agent" && conversation.handler.ref === userOf(state)?.id;
}

/** How far I have read in a conversation that I hold, or undefined; `reads` are the desk's. */
export function markOf(reads, id) {
  return reads.find((mark) => mark.conversation_id === id);
}

/** The state after `event`; the same object when the event says nothing new. */
export function reduce(state, event) {
  if (event.seq <= state.seq) return state;
  const rule = RULES[event.name];
  const after = rule ? rule(state, event.data, event) : state;
  const placed = event.data?.conversation ? placeConversation(after, event.data) : after;
  return { ...placed, seq: event.seq };
}

export function reduceAll(state, events) {
  return events.reduce(reduce, state);
}

const RULES = {
  OfferMade(state, { item, pop }) {
    if (!isMyItem(state, item)) return state;
    return { ...state, offers: [...withoutOffer(state.offers, item.id), { item, pop }] };
  },
  OfferAccepted: (state, { item }) => ({ ...state, offers: withoutOffer(state.offers, item.id) }),
  OfferExpired: (state, { item }) => ({ ...state, offers: withoutOffer(state.offers, item.id) }),
  OfferDeclined: (state, { item }) => ({ ...state, offers: withoutOffer(state.offers, item.id) }),
  OfferWithdrawn: (state, { item }) => ({ ...state, offers: withoutOffer(state.offers, item.id) }),
  WorkItemQueued: (state, { item }) => ({
    ...state,
    offers: withoutOffer(state.offers, item.id),
    wraps: without(state.wraps, item.id),
  }),
  WrapUpStarted(state, { item }) {
    return isMyItem(state, item) ? { ...state, wraps: [...without(state.wraps, item.id), item] } : state;
  },
  WorkItemContinued: (state, { item }) => ({ ...state, wraps: without(state.wraps, item.id) }),
  WorkItemEnded: (state, { item }) => ({
    ...state,
    offers: withoutOffer(state.offers, item.id),
    wraps: without(state.wraps, item.id),
  }),
  PresenceChanged(state, { agent }) {
    if (!state.me || agent.user_id !== userOf(state).id) return state;
    return { ...state, me: { ...state.me, agent } };
  },
  PartyChanged(state, { party_id, name }) {
    const renamed = (c) => (c.party_id === party_id ? { ...c, party_name: name } : c);
    return {
      ...state,
      conversations: state.conversations.map(renamed),
      offers: state.offers.map((offer) => renamedOffer(offer, party_id, name)),
    };
  },
  EntityChanged(state, { kind, id, data }) {
    return kind === "tag" && !data ? withoutTag(state, id) : state;
  },
  ConversationRead(state, { user_id, reading }) {
    const id = reading.conversation_id;
    if (user_id !== userOf(state)?.id || !state.conversations.some((c) => c.id === id)) return state;
    if ((markOf(state.reads, id)?.position ?? 0) >= reading.position) return state;
    return { ...state, reads: [...state.reads.filter((mark) => mark.conversation_id !== id), reading] };
  },
  CallChanged(state, { call }) {
    const calls = without(state.calls, call.id);
    const otherCalls = without(state.otherCalls, call.id);
    if (call.state === "ended") return { ...state, calls, otherCalls };
    const mine = state.conversations.some((c) => c.id === call.conversation_id);
    return mine
      ? { ...state, calls: [...calls, call], otherCalls }
      : { ...state, calls, otherCalls: [...otherCalls, call] };
  },
};

function placeConversation(state, data) {
  const { conversation } = data;
  const others = without(state.conversations, conversation.id);
  if (isMine(state, conversation)) {
    return moveCalls({ ...state, conversations: [...others, conversation] });
  }
  if (others.length === state.conversations.length) return refreshedOffers(state, data);
  const reads = state.reads.filter((mark) => mark.conversation_id !== conversation.id);
  return moveCalls(refreshedOffers({ ...state, conversations: others, reads }, data));
}

/** Calls follow their conversation on and off the desk. */
function moveCalls(state) {
  const mine = new Set(state.conversations.map((c) => c.id));
  const all = [...state.calls, ...state.otherCalls];
  if (all.length === 0) return state;
  return {
    ...state,
    calls: all.filter((call) => mine.has(call.conversation_id)),
    otherCalls: all.filter((call) => !mine.has(call.conversation_id)),
  };
}

/** What is said while a conversation is being offered shows on the pop. */
function refreshedOffers(state, { conversation, exchange }) {
  if (!state.offers.some((offer) => offer.item.conversation_id === conversation.id)) return state;
  const offers = state.offers.map((offer) =>
    offer.item.conversation_id === conversation.id
      ? { ...offer, pop: { ...offer.pop, conversation, language: conversation.language, ...said(exchange) } }
      : offer,
  );
  return { ...state, offers };
}

/** A tag that was removed is on nothing any more. */
function withoutTag(state, id) {
  const clean = (c) => (c?.tags?.includes(id) ? { ...c, tags: c.tags.filter((one) => one !== id) } : c);
  return {
    ...state,
    conversations: state.conversations.map(clean),
    offers: state.offers.map((offer) =>
      offer.pop?.conversation
        ? { ...offer, pop: { ...offer.pop, conversation: clean(offer.pop.conversation) } }
        : offer,
    ),
  };
}

function said(exchange) {
  if (exchange?.kind === "note") return { summary: exchange.text, handover: handoverOf(exchange) };
  return exchange?.kind === "message" && exchange.direction === "inbound"
    ? { last_words: exchange.text }
    : {};
}

function renamedOffer(offer, partyId, name) {
  const pop = offer.pop;
  const conversation =
    pop?.conversation?.party_id === partyId ? { ...pop.conversation, party_name: name } : pop?.conversation;
  const party = pop?.party?.id === partyId ? { ...pop.party, name } : pop?.party;
  if (conversation === pop?.conversation && party === pop?.party) return offer;
  return { ...offer, pop: { ...pop, conversation, party } };
}

function isMyItem(state, item) {
  return item.offered_to !== null && item.offered_to === userOf(state)?.id;
}

function without(list, id) {
  return list.some((entry) => entry.id === id) ? list.filter((entry) => entry.id !== id) : list;
}

function withoutOffer(offers, itemId) {
  return offers.some(({ item }) => item.id === itemId)
    ? offers.filter(({ item }) => item.id !== itemId)
    : offers;
}
