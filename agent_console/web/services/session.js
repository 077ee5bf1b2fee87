// What the console knows, in signals, and the line that keeps it true.
//
// The models do the thinking; here they meet the server. Views read the signals and call `actions.js`.

import { batch, computed, effect, signal } from "@preact/signals";
import { io } from "socket.io-client";
import { LANGUAGES } from "../i18n/index.js";
import * as attentionModel from "../models/attention.js";
import { Clock } from "../models/clock.js";
import { Composer } from "../models/composer.js";
import { Connection } from "../models/connection.js";
import * as deskModel from "../models/desk.js";
import * as detailsModel from "../models/details.js";
import * as listsModel from "../models/lists.js";
import * as wallModel from "../models/wall.js";
import * as api from "./api.js";
import { language, theme } from "./preferences.js";
import { page, selectedId } from "./route.js";

/** undefined: not known yet; null: signed out */
export const user = signal(undefined);
export const settings = signal({});
export const desk = signal(deskModel.EMPTY);
export const details = signal(detailsModel.EMPTY);
export const lists = signal(listsModel.EMPTY);
export const attention = signal(attentionModel.EMPTY);
export const wall = signal(null);
export const line = signal({ state: "connecting", attempt: 0 });
export const watchers = signal({});
export const customerTyping = signal({});
export const drafts = signal({});
/** The conversation that is not mine, in which I chose to write a note all the same. */
export const noting = signal(null);
export const partyEvents = signal({ id: null, n: 0 });
export const setAsideEvents = signal(0);
/** Counts the times that people, queues or entry points changed, or may have. */
export const staffEvents = signal(0);

export const clock = new Clock();
/** The server's time, a new value each second. */
export const second = signal(clock.now());
setInterval(() => (second.value = clock.now()), 1000);

export const online = computed(() => line.value.state === "online");
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
export const me = computed(() => user.value?.id);
export const roles = computed(() => new Set(user.value?.roles ?? []));
/** For whom the lists are kept true. */
export const viewer = computed(() => ({ id: me.value, queues: supervises.value ? null : (agent.value?.queues ?? []) }));
export const supervises = computed(() => roles.value.has("supervisor") || roles.value.has("admin"));

export let composer = null;
let connection = null;
/** Coming back is our own work (models/connection.js); long polling is for networks that forbid websockets. */
const SOCKET = {
  autoConnect: false,
  reconnection: false,
  forceNew: true,
  transports: ["websocket", "polling"],
  tryAllTransports: true,
};

let queued = [];
let flushing = null;

/** Asks the server who we are, and goes to work if it knows. */
export async function begin() {
  api.whenSignedOut(signedOut);
  try {
    await enter(await api.get("/me"));
  } catch (error) {
    if (error.network) return void setTimeout(begin, 2000);
    user.value = null;
  }
}

export async function signIn(login, password) {
  await api.post("/sign-in", { login, password });
  await enter(await api.get("/me"));
}

export async function signOut() {
  await api.post("/sign-out").catch(() => {});
  signedOut();
}

async function enter(answer) {
  const who = answer.user ?? answer;
  batch(() => {
    settings.value = answer.settings ?? {};
    if (LANGUAGES.includes(who.language)) language.value = who.language;
    if (["light", "dark", "system"].includes(who.theme)) theme.value = who.theme;
    attention.value = attentionModel.EMPTY;
    drafts.value = {};
    noting.value = null;
  });
  composer = new Composer({
    storage: localStorage,
    userId: who.id,
    post: postDraft,
    listen: (id, draft) => (drafts.value = { ...drafts.value, [id]: draft }),
  });
  await readSnapshot();
  user.value = who;
  connection = new Connection({
    open: () => io("/console", SOCKET),
    since: () => desk.peek().seq,
    onEvents: take,
    onReset: readSnapshot,
    onState: lineChanged,
    onMessage: heard,
  });
  connection.connect();
}

function signedOut() {
  connection?.disconnect();
  connection = null;
  batch(() => {
    user.value = null;
    desk.value = deskModel.EMPTY;
    details.value = detailsModel.EMPTY;
    lists.value = listsModel.EMPTY;
    wall.value = null;
  });
}

addEventListener("online", () => connection?.wake());
addEventListener("offline", () => connection?.wake());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && connection?.wake());

async function readSnapshot() {
  queued = [];
  const snapshot = await api.get("/console/snapshot");
  batch(() => {
    desk.value = deskModel.deskOf(snapshot);
    details.value = detailsModel.allStale(details.peek(), snapshot.seq);
    lists.value = { ...listsModel.EMPTY };
    if (wall.peek()) wall.value = { ...wall.peek(), doubt: true };
  });
}

function lineChanged(state) {
  line.value = state;
  if (state.state === "signed_out") return signedOut();
  if (state.state === "online") {
    tellWatching(selectedId.peek());
    composer.retry().catch(() => {});
    for (const [id, position] of Object.entries(attention.peek().untold)) tellRead(id, position);
  }
}

function heard(name, payload) {
  if (name === "pong" && payload?.now) clock.adjust(payload.now);
  if (name === "staff") teamChanged();
  if (name === "watchers") watchers.value = { ...watchers.value, [payload.conversation_id]: payload.users };
  if (name === "typing") {
    const id = payload.conversation_id;
    customerTyping.value = { ...customerTyping.value, [id]: clock.now() + 5000 };
  }
}

const NAMES_WITHIN = 5000; // milliseconds; spread, so that five hundred consoles do not ask at once
let naming = null;

/** Queues have other names, people other queues: what the desk shows of them is read again, once for many changes. */
function teamChanged() {
  staffEvents.value += 1;
  naming ??= setTimeout(async () => {
    naming = null;
    if (!user.peek()) return;
    const told = await api.get("/console/snapshot").catch(() => null);
    if (!told || !user.peek()) return;
    const { queues: named, users: known, me: mine } = told;
    const state = desk.peek();
    const own = state.me?.agent && mine?.agent ? { ...state.me, agent: { ...state.me.agent, queues: mine.agent.queues, skills: mine.agent.skills } } : state.me;
    desk.value = { ...state, queues: named, users: known, me: own };
  }, (supervises.peek() ? 0 : NAMES_WITHIN) * Math.random());
}

/** Events are taken together once a frame: a burst is one rendering. */
function take(events) {
  queued.push(...events);
  flushing ??= setTimeout(flush, 16);
}

function flush() {
  flushing = null;
  const events = queued;
  queued = [];
  batch(() => {
    desk.value = deskModel.reduceAll(desk.peek(), events);
    details.value = events.reduce(detailsModel.reduce, details.peek());
    lists.value = events.reduce((state, event) => listsModel.reduce(state, event, viewer.peek()), lists.peek());
    if (wall.peek()) wall.value = events.reduce(wallModel.reduce, wall.peek());
    for (const { name, data } of events) alsoTell(name, data);
  });
}

/** What changes the figures of a customer file. */
const REFILED = new Set(["ConversationOpened", "ConversationReopened", "ConversationResolved"]);

function alsoTell(name, data) {
  const party = data.party_id ?? (REFILED.has(name) ? data.conversation.party_id : null);
  if (party) partyEvents.value = { id: party, n: partyEvents.peek().n + 1 };
  if (name === "InboundSetAside") setAsideEvents.value += 1;
  if (name === "ExchangeRecorded" && data.exchange.author === "customer" && customerTyping.peek()[data.conversation.id]) {
    customerTyping.value = { ...customerTyping.peek(), [data.conversation.id]: 0 };
  }
}

function tellWatching(id) {
  connection?.tell("watch", { conversation_id: id });
}

effect(() => tellWatching(selectedId.value));

async function postDraft({ kind, conversationId, epoch, text, key, attachments, channel }) {
  const path = `/conversations/${encodeURIComponent(conversationId)}`;
  if (kind === "note") {
    const answer = await api.post(`${path}/notes`, { text, key });
    return answer;
  }
  const answer = await api.post(`${path}/replies`, { epoch, text, key, channel, attachments });
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
      .then((answer) => batch(() => {
        details.value = detailsModel.withDetail(details.peek(), answer);
        lists.value = listsModel.withConversation(lists.peek(), answer.conversation, viewer.peek());
      }))
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

export async function readWall() {
  wall.value = wallModel.wallOf(await api.get("/wall"));
}

effect(() => {
  if (page.value !== "wall") wall.value = null;
});

/** How many lines of the customer I have not read. */
export function unreadOf(conversation) {
  return attentionModel.unreadOf(attention.value, conversation, deskModel.markOf(reads.value, conversation.id));
}

/** Up to which line I had read before now; 0 when I never looked. */
export function readTo(detail) {
  return attentionModel.readTo(attention.peek(), detail, deskModel.markOf(reads.peek(), detail.conversation.id));
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
  api.post(`/conversations/${encodeURIComponent(id)}/read`, { position }).then(done, (error) => error.network || done());
}

export function tellTyping(id) {
  if (online.peek()) api.post(`/conversations/${encodeURIComponent(id)}/typing`).catch(() => {});
}
