// What the desk knows: offers, conversations, who works here. Kept true by the stream of events.
//
// The models do the thinking; here they meet the server. Views read the signals and call `actions.js`.

import { batch, computed, effect, signal } from "@preact/signals";
import * as api from "../../shared/services/api.js";
import { clock } from "../../shared/services/clock.js";
import { selectedId } from "../../shared/services/route.js";
import { can, me, online, say, user } from "../../shared/services/session.js";
import { listen } from "../../shared/services/stream.js";
import * as attentionModel from "../models/attention.js";
import { Composer } from "../models/composer.js";
import * as deskModel from "../models/desk.js";
import * as detailsModel from "../models/details.js";
import * as listsModel from "../models/lists.js";

export const desk = signal(deskModel.EMPTY);
export const details = signal(detailsModel.EMPTY);
export const lists = signal(listsModel.EMPTY);
export const attention = signal(attentionModel.EMPTY);
export const watchers = signal({});
export const customerTyping = signal({});
export const drafts = signal({});
/** The conversation that is not mine, in which I chose to write a note all the same. */
export const noting = signal(null);
export const offers = computed(() => desk.value.offers);
export const myConversations = computed(() => desk.value.conversations);
export const reads = computed(() => desk.value.reads);
export const calls = computed(() => desk.value.calls);
export const wraps = computed(() => desk.value.wraps);
export const agent = computed(() => desk.value.me?.agent ?? null);
export const queues = computed(() => desk.value.queues);
export const users = computed(() => desk.value.users);
export const queueNames = computed(() => new Map(queues.value.map((q) => [q.id, q.name])));
export const userNames = computed(() => new Map(users.value.map((u) => [u.id, u.name])));
/** Conversations change under a customer file's list of them: the newer state of mine. */
export const mineById = computed(() => new Map(myConversations.value.map((c) => [c.id, c])));
/** For whom the lists are kept true. */
export const viewer = computed(() => ({
  id: me.value,
  queues: can("live.read") ? null : (agent.value?.queues ?? []),
}));

export let composer = null;

listen({
  entered(who) {
    attention.value = attentionModel.EMPTY;
    drafts.value = {};
    noting.value = null;
    composer = new Composer({
      storage: localStorage,
      userId: who.id,
      post: postDraft,
      listen: (id, draft) => (drafts.value = { ...drafts.value, [id]: draft }),
    });
  },
  snapshot(snapshot) {
    desk.value = deskModel.deskOf(snapshot);
    details.value = detailsModel.allStale(details.peek(), snapshot.seq);
    lists.value = { ...listsModel.EMPTY };
  },
  events(events) {
    desk.value = deskModel.reduceAll(desk.peek(), events);
    details.value = events.reduce(detailsModel.reduce, details.peek());
    lists.value = events.reduce(
      (state, event) => listsModel.reduce(state, event, viewer.peek()),
      lists.peek(),
    );
    for (const { name, data } of events) if (name === "ExchangeRecorded") stopTyping(data);
  },
  message(name, payload) {
    if (name === "staff") teamChanged();
    if (name === "watchers") watchers.value = { ...watchers.value, [payload.conversation_id]: payload.users };
    if (name === "typing") {
      customerTyping.value = { ...customerTyping.value, [payload.conversation_id]: clock.now() + 5000 };
    }
  },
  online() {
    tellWatching(selectedId.peek());
    composer.retry().catch(() => {});
    for (const [id, position] of Object.entries(attention.peek().untold)) tellRead(id, position);
  },
  left() {
    desk.value = deskModel.EMPTY;
    details.value = detailsModel.EMPTY;
    lists.value = listsModel.EMPTY;
  },
});

const NAMES_WITHIN = 5000; // milliseconds; spread, so that five hundred consoles do not ask at once
let naming = null;

/**
 * Queues have other names, people other queues: what the desk shows of them is read again, once for many
 * changes.
 */
function teamChanged() {
  if (naming !== null) return;
  naming = setTimeout(
    async () => {
      naming = null;
      if (!user.peek()) return;
      const told = await api.get("/console/snapshot").catch(() => null);
      if (!told || !user.peek()) return;
      const state = desk.peek();
      desk.value = { ...state, queues: told.queues, users: told.users, me: withTeam(state.me, told.me) };
    },
    (can("live.read") ? 0 : NAMES_WITHIN) * Math.random(),
  );
}

function withTeam(mine, told) {
  if (!mine?.agent || !told?.agent) return mine;
  return { ...mine, agent: { ...mine.agent, queues: told.agent.queues, skills: told.agent.skills } };
}

function stopTyping({ exchange, conversation }) {
  if (exchange.author === "customer" && customerTyping.peek()[conversation.id]) {
    customerTyping.value = { ...customerTyping.peek(), [conversation.id]: 0 };
  }
}

function tellWatching(id) {
  say("watch", { conversation_id: id });
}

effect(() => tellWatching(selectedId.value));

async function postDraft({ kind, conversationId, epoch, text, key, attachments, channel, to, cc }) {
  const path = `/conversations/${encodeURIComponent(conversationId)}`;
  if (kind === "note") {
    const answer = await api.post(`${path}/notes`, { text, key });
    return answer;
  }
  const answer = await api.post(`${path}/replies`, { epoch, text, key, channel, attachments, to, cc });
  if (answer?.exchange) details.value = detailsModel.withExchange(details.peek(), answer.exchange);
  return answer;
}

// Details: read when opened, ahead of time on hover, and again when a line was missed.

const reading = new Map();

export function readDetail(id, { again = false } = {}) {
  const known = details.peek().byId[id];
  if (known && !known.stale && !again) return Promise.resolve(known);
  if (!reading.has(id)) {
    const job = api
      .get(`/conversations/${encodeURIComponent(id)}`)
      .then((answer) =>
        batch(() => {
          details.value = detailsModel.withDetail(details.peek(), answer);
          lists.value = listsModel.withConversation(lists.peek(), answer.conversation, viewer.peek());
        }),
      )
      .finally(() => reading.delete(id));
    reading.set(id, job);
  }
  return reading.get(id);
}

export async function readOlder(id) {
  const first = details.peek().byId[id]?.exchanges[0]?.position;
  if (!first) return;
  const path = `/conversations/${encodeURIComponent(id)}/exchanges`;
  const answer = await api.get(path, { before: first, limit: 50 });
  details.value = detailsModel.withOlder(details.peek(), id, answer);
}

export async function readPage(view, { fresh = false } = {}) {
  const cursor = fresh ? null : lists.peek().byView[view]?.next;
  const answer = await api.get("/conversations", { view, cursor, limit: 50 });
  lists.value = listsModel.withPage(lists.peek(), view, answer, { fresh });
}

/** How many lines of the customer I have not read. */
export function unreadOf(conversation) {
  return attentionModel.unreadOf(
    attention.value,
    conversation,
    deskModel.markOf(reads.value, conversation.id),
  );
}

/** Up to which line I had read before now; 0 when I never looked. */
export function readTo(detail) {
  return attentionModel.readTo(
    attention.peek(),
    detail,
    deskModel.markOf(reads.peek(), detail.conversation.id),
  );
}

/** The lines up to `position` were on the screen, and I was there. */
export function markRead(id, position) {
  const detail = details.peek().byId[id];
  if (!detail) return;
  const before = attention.peek();
  attention.value = attentionModel.read(before, detail, position, deskModel.markOf(reads.peek(), id));
  if (attention.peek() !== before) tellRead(id, position);
}

/** What cannot be told now is told when the line is back. */
function tellRead(id, position) {
  if (!online.peek()) return;
  const done = () => (attention.value = attentionModel.told(attention.peek(), id, position));
  api
    .post(`/conversations/${encodeURIComponent(id)}/read`, { position })
    .then(done, (error) => error.network || done());
}

export function tellTyping(id) {
  if (online.peek()) api.post(`/conversations/${encodeURIComponent(id)}/typing`).catch(() => {});
}
