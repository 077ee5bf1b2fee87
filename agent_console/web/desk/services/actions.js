// What people do with conversations and offers. Each command says so when it cannot be done, and why.

import { batch } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import * as api from "../../shared/services/api.js";
import { attempt, toast } from "../../shared/services/feedback.js";
import { openConversation } from "../../shared/services/route.js";
import { me } from "../../shared/services/session.js";
import * as detailsModel from "../models/details.js";
import * as listsModel from "../models/lists.js";
import * as desk from "./desk.js";

const conversationPath = (id, what) => `/conversations/${encodeURIComponent(id)}/${what}`;
const itemPath = (id, what) => `/offers/${encodeURIComponent(id)}/${what}`;

function learn(conversation) {
  if (!conversation) return;
  batch(() => {
    desk.details.value = detailsModel.withConversation(desk.details.peek(), conversation);
    desk.lists.value = listsModel.withConversation(desk.lists.peek(), conversation, desk.viewer.peek());
  });
}

export async function accept(offer) {
  const answer = await attempt(() => api.post(itemPath(offer.item.id, "accept")));
  if (answer === undefined) return;
  learn(answer?.conversation);
  openConversation(offer.item.conversation_id);
}

export const decline = (offer) => attempt(() => api.post(itemPath(offer.item.id, "decline")));

export const wrapUpLonger = (item) =>
  attempt(() => api.post(`/work/${encodeURIComponent(item.id)}/more-time`));

export const wrapUpDone = (item) =>
  attempt(() => api.post(`/work/${encodeURIComponent(item.id)}/wrap-up-done`));

export async function setPresence(presence, reason) {
  const answer = await attempt(() => api.put("/presence", { presence, ...(reason ? { reason } : {}) }));
  if (!answer?.agent) return;
  const state = desk.desk.peek();
  desk.desk.value = { ...state, me: { ...state.me, agent: answer.agent } };
}

/** The next step on an empty desk, as a button; null for who is available already, or is no agent. */
export function becomeAvailable() {
  const mine = desk.agent.value;
  if (!mine || mine.presence === "available") return null;
  return { label: t("desk.become_available"), icon: "power", run: () => setPresence("available") };
}

/** The conversation with these tags, as the server just answered. */
export const tagged = (conversation, tags) => learn({ ...conversation, tags });

export async function take(conversation) {
  const answer = await attempt(() =>
    api.post(conversationPath(conversation.id, "take"), { epoch: conversation.epoch }),
  );
  if (answer?.conversation) learn(answer.conversation);
  else await desk.readDetail(conversation.id, { again: true }).catch(() => {});
}

export async function transfer(conversation, queueId, message) {
  const body = { epoch: conversation.epoch, queue_id: queueId, ...(message ? { message } : {}) };
  const answer = await attempt(() => api.post(conversationPath(conversation.id, "transfer"), body));
  if (answer === undefined) return false;
  learn(answer?.conversation);
  toast(t("transfer.done", { queue: desk.queueNames.peek().get(queueId) ?? "" }), { kind: "success" });
  return true;
}

export async function resolve(conversation, outcome, note) {
  const body = { epoch: conversation.epoch, outcome, ...(note ? { note } : {}) };
  const answer = await attempt(() => api.post(conversationPath(conversation.id, "resolve"), body));
  if (answer === undefined) return false;
  learn(answer?.conversation);
  desk.noting.value = null;
  toast(t("resolve.done"), { kind: "success" });
  return true;
}

export const resend = (delivery) =>
  attempt(() => api.post(`/deliveries/${encodeURIComponent(delivery.id)}/resend`));

/**
 * Sends what is written in the conversation's composer. Offline it is kept, and goes out when the line is
 * back.
 */
export async function send(conversation) {
  const before = desk.composer.draft(conversation.id).mode;
  const answer = await desk.composer.send(conversation.id, conversation.epoch);
  if (answer?.conversation) learn(answer.conversation);
  if (desk.composer.draft(conversation.id).problem?.code === "stale_handler") {
    await desk.readDetail(conversation.id, { again: true }).catch(() => {});
  }
  return { sent: answer !== null, mode: before };
}

export function isMine({ handler }) {
  return handler.kind === "agent" && handler.ref === me.value;
}
