// Customer files: read when shown, kept in memory, read again when the party changed.

import { computed, effect, signal } from "@preact/signals";
import { t } from "../i18n/index.js";
import * as actions from "./actions.js";
import * as api from "./api.js";
import { desk, me, partyEvents } from "./session.js";

export const files = signal({});
const reading = new Map();

effect(() => {
  const { id } = partyEvents.value;
  if (id && files.peek()[id]) readFile(id, { again: true }).catch(() => {});
});

effect(() => {
  if (!me.value) files.value = {};
});

export function readFile(id, { again = false } = {}) {
  if (files.peek()[id] && !again) return Promise.resolve(files.peek()[id]);
  if (!reading.has(id)) {
    const job = api
      .get(`/parties/${encodeURIComponent(id)}`)
      .then((file) => {
        files.value = { ...files.peek(), [id]: file };
        return file;
      })
      .finally(() => reading.delete(id));
    reading.set(id, job);
  }
  return reading.get(id);
}

/** The channels an answer can take: where he last spoke (a call only while it lasts), then his other addresses. */
export function reachable(conversation, { onCall }) {
  const points = files.value[conversation.party_id]?.contact_points ?? [];
  const spoke = { channel: conversation.channel, value: conversation.customer.value };
  const found = conversation.channel === "voice" && !onCall ? [] : [spoke];
  for (const [channel, kind] of [["email", "email"], ["sms", "phone"]]) {
    const point = points.find((p) => p.kind === kind && p.assurance !== "blocked");
    if (point && channel !== conversation.channel) found.push({ channel, value: point.value });
  }
  return found;
}

/** Writes a change of the file at once, and offers to take it back. */
export async function change(id, changes, before) {
  const answer = await actions.attempt(() => api.patch(`/parties/${encodeURIComponent(id)}`, changes));
  if (answer === undefined) return false;
  await readFile(id, { again: true }).catch(() => {});
  if (before) {
    actions.toast(t("customer.saved"), {
      kind: "success",
      action: { label: t("action.undo"), run: () => change(id, before, null) },
    });
  }
  return true;
}

export async function addContactPoint(id, kind, value) {
  const path = `/parties/${encodeURIComponent(id)}/contact-points`;
  const answer = await actions.attempt(() => api.post(path, { kind, value }));
  if (answer === undefined) return false;
  await readFile(id, { again: true }).catch(() => {});
  return true;
}

/** Conversations change under the file's list of them: the desk knows the newer state of mine. */
export const mineById = computed(() => new Map(desk.value.conversations.map((c) => [c.id, c])));
