// What people do in the console. Each command says so when it cannot be done, and why.

import { batch, signal } from "@preact/signals";
import { t } from "../i18n/index.js";
import * as detailsModel from "../models/details.js";
import * as listsModel from "../models/lists.js";
import * as api from "./api.js";
import { openConversation } from "./route.js";
import * as session from "./session.js";

/** [{id, text, kind, action: {label, run} | null}] */
export const toasts = signal([]);
/** Which dialog is open: {name, …} or null */
export const dialog = signal(null);

let toastId = 0;

export function toast(text, { kind = "info", action = null, seconds = 5 } = {}) {
  const id = ++toastId;
  toasts.value = [...toasts.value.slice(-3), { id, text, kind, action }];
  setTimeout(() => dismiss(id), (action ? 10 : seconds) * 1000);
  return id;
}

export function dismiss(id) {
  toasts.value = toasts.value.filter((shown) => shown.id !== id);
}

/** Words for an error the reader can act on. */
export function explain(error) {
  if (error.code === "wrong_state" && error.details?.[0]?.what === "agent") return t("error.off_duty");
  const known = ["network", "stale_handler", "offer_gone", "wrong_state", "forbidden", "too_large", "too_many_requests", "not_found", "no_reachable_address", "sign_in_refused", "store_unavailable", "last_administrator", "not_an_agent"];
  return known.includes(error.code) ? t(`error.${error.code}`) : error.message || t("error.other");
}

/** Runs a command; a refusal becomes a toast. Answers what it answered, or undefined. */
export async function attempt(command) {
  if (!session.online.peek()) {
    toast(t("error.offline"), { kind: "warning" });
    return undefined;
  }
  try {
    return (await command()) ?? null;
  } catch (error) {
    toast(explain(error), { kind: "danger" });
    return undefined;
  }
}

const conversationPath = (id, what) => `/conversations/${encodeURIComponent(id)}/${what}`;
const itemPath = (id, what) => `/offers/${encodeURIComponent(id)}/${what}`;

function learn(conversation) {
  if (!conversation) return;
  batch(() => {
    session.details.value = detailsModel.withConversation(session.details.peek(), conversation);
    session.lists.value = listsModel.withConversation(session.lists.peek(), conversation, session.viewer.peek());
  });
}

export async function accept(offer) {
  const answer = await attempt(() => api.post(itemPath(offer.item.id, "accept")));
  if (answer === undefined) return;
  learn(answer?.conversation);
  openConversation(offer.item.conversation_id);
}

export const decline = (offer) => attempt(() => api.post(itemPath(offer.item.id, "decline")));

export const wrapUpDone = (item) => attempt(() => api.post(`/work/${encodeURIComponent(item.id)}/wrap-up-done`));

export async function setPresence(presence, reason) {
  const answer = await attempt(() => api.put("/presence", { presence, ...(reason ? { reason } : {}) }));
  if (!answer?.agent) return;
  const state = session.desk.peek();
  session.desk.value = { ...state, me: { ...state.me, agent: answer.agent } };
}

export async function take(conversation) {
  const answer = await attempt(() => api.post(conversationPath(conversation.id, "take"), { epoch: conversation.epoch }));
  if (answer?.conversation) learn(answer.conversation);
  else await session.readDetail(conversation.id, { again: true }).catch(() => {});
}

export async function transfer(conversation, queueId, message) {
  const body = { epoch: conversation.epoch, queue_id: queueId, ...(message ? { message } : {}) };
  const answer = await attempt(() => api.post(conversationPath(conversation.id, "transfer"), body));
  if (answer === undefined) return false;
  learn(answer?.conversation);
  toast(t("transfer.done", { queue: session.queueNames.peek().get(queueId) ?? "" }), { kind: "success" });
  return true;
}

export async function resolve(conversation, outcome, note) {
  const body = { epoch: conversation.epoch, outcome, ...(note ? { note } : {}) };
  const answer = await attempt(() => api.post(conversationPath(conversation.id, "resolve"), body));
  if (answer === undefined) return false;
  learn(answer?.conversation);
  session.noting.value = null;
  toast(t("resolve.done"), { kind: "success" });
  return true;
}

export const resend = (delivery) => attempt(() => api.post(`/deliveries/${encodeURIComponent(delivery.id)}/resend`));

/** Sends what is written in the conversation's composer. Offline it is kept, and goes out when the line is back. */
export async function send(conversation) {
  const before = session.composer.draft(conversation.id).mode;
  const answer = await session.composer.send(conversation.id, conversation.epoch);
  if (answer?.conversation) learn(answer.conversation);
  if (session.composer.draft(conversation.id).problem?.code === "stale_handler") {
    await session.readDetail(conversation.id, { again: true }).catch(() => {});
  }
  return { sent: answer !== null, mode: before };
}

export function isMine({ handler }) {
  return handler.kind === "agent" && handler.ref === session.me.value;
}
