// Who is signed in, and the line to the server that keeps every page true.

import { batch, computed, signal } from "@preact/signals";
import { io } from "socket.io-client";
import { LANGUAGES } from "../i18n/index.js";
import { Connection } from "../models/connection.js";
import * as api from "./api.js";
import { clock } from "./clock.js";
import { language, theme } from "./preferences.js";
import { replace } from "./route.js";
import { tell } from "./stream.js";

/** undefined: not known yet; null: signed out */
export const user = signal(undefined);
export const settings = signal({});
export const line = signal({ state: "connecting", attempt: 0 });
/** Counts the times that people, queues or entry points changed, or may have. */
export const staffEvents = signal(0);

export const online = computed(() => line.value.state === "online");
export const me = computed(() => user.value?.id);
const permissions = computed(() => new Set(user.value?.permissions ?? []));

/** Whether the signed-in user has the permission; views that ask are drawn again when it changes. */
export const can = (permission) => permissions.value.has(permission);

/**
 * Coming back is our own work (models/connection.js); long polling is for networks that forbid websockets.
 */
const SOCKET = {
  autoConnect: false,
  reconnection: false,
  forceNew: true,
  transports: ["websocket", "polling"],
  tryAllTransports: true,
};

let connection = null;
let seq = 0;
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
  replace("#/"); // whoever comes next begins at their own home
}

async function enter(answer) {
  const who = answer.user ?? answer;
  batch(() => {
    settings.value = answer.settings ?? {};
    if (LANGUAGES.includes(who.language)) language.value = who.language;
    if (["light", "dark", "system"].includes(who.theme)) theme.value = who.theme;
    tell("entered", who);
  });
  await readSnapshot();
  user.value = who;
  connection = new Connection({
    open: () => io("/console", SOCKET),
    since: () => seq,
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
    tell("left");
  });
}

addEventListener("online", () => connection?.wake());
addEventListener("offline", () => connection?.wake());
document.addEventListener(
  "visibilitychange",
  () => document.visibilityState === "visible" && connection?.wake(),
);

async function readSnapshot() {
  queued = [];
  const snapshot = await api.get("/console/snapshot");
  seq = snapshot.seq;
  batch(() => tell("snapshot", snapshot));
}

function lineChanged(state) {
  line.value = state;
  if (state.state === "signed_out") return signedOut();
  if (state.state === "online") tell("online");
}

function heard(name, payload) {
  if (name === "pong" && payload?.now) clock.adjust(payload.now);
  if (name === "staff") {
    staffEvents.value += 1;
    readMe();
  }
  tell("message", name, payload);
}

/** Roles may have changed under us. */
async function readMe() {
  const answer = await api.get("/me").catch(() => null);
  const before = user.peek();
  if (!answer || !before || answer.user.id !== before.id) return;
  if (JSON.stringify(answer.user.permissions) !== JSON.stringify(before.permissions)) {
    user.value = answer.user;
    await readSnapshot();
  }
}

/** Events are taken together once a frame: a burst is one rendering. */
function take(events) {
  queued.push(...events);
  if (flushing === null) flushing = setTimeout(flush, 16);
}

function flush() {
  flushing = null;
  const events = queued;
  queued = [];
  for (const event of events) seq = Math.max(seq, event.seq);
  batch(() => tell("events", events));
}

/** Says something to the server that expects no answer. */
export const say = (name, payload) => connection?.tell(name, payload);
