// Customer files: read when shown, kept in memory, read again when the party changed.

import { signal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import * as api from "../../shared/services/api.js";
import { attempt, toast } from "../../shared/services/feedback.js";
import { listen } from "../../shared/services/stream.js";

export const files = signal({});
const reading = new Map();

/** What changes the figures of a customer file. */
const REFILED = new Set(["ConversationOpened", "ConversationReopened", "ConversationResolved"]);

listen({
  events(events) {
    const changed = new Set(
      events.map(({ name, data }) => data.party_id ?? (REFILED.has(name) && data.conversation.party_id)),
    );
    for (const id of changed) if (id && files.peek()[id]) readFile(id, { again: true }).catch(() => {});
  },
  left() {
    files.value = {};
  },
});

/** With `again` what stands there now: a read under way may be older, and is followed by another. */
export function readFile(id, { again = false } = {}) {
  if (files.peek()[id] && !again) return Promise.resolve(files.peek()[id]);
  const now = reading.get(id);
  if (!now) return begin(id);
  if (!again) return now.job;
  now.next ??= now.job.then(
    () => begin(id),
    () => begin(id),
  );
  return now.next;
}

function begin(id) {
  const mine = { job: null, next: null };
  mine.job = api
    .get(`/parties/${encodeURIComponent(id)}`)
    .then((file) => {
      files.value = { ...files.peek(), [id]: file };
      return file;
    })
    .finally(() => reading.get(id) === mine && reading.delete(id));
  reading.set(id, mine);
  return mine.job;
}

/**
 * The channels an answer can take: where they last spoke (a call only while it lasts), then their other
 * addresses.
 */
export function reachable(conversation, { onCall }) {
  const points = files.value[conversation.party_id]?.contact_points ?? [];
  const spoke = { channel: conversation.channel, value: conversation.customer.value };
  const nameless = conversation.customer.value.startsWith("sender:"); // a short code, a business's name
  const found = nameless || (conversation.channel === "voice" && !onCall) ? [] : [spoke];
  for (const [channel, kind] of [
    ["email", "email"],
    ["sms", "phone"],
  ]) {
    const point = points.find((p) => p.kind === kind && p.assurance !== "blocked");
    if (point && channel !== conversation.channel) found.push({ channel, value: point.value });
  }
  return found;
}

/** The file with these tags, as the server just answered. */
export function withTags(id, tags) {
  const file = files.peek()[id];
  if (file) files.value = { ...files.peek(), [id]: { ...file, tags } };
}

/** Writes a change of the file at once, and offers to take it back. */
export async function change(id, changes, before) {
  const answer = await attempt(() => api.patch(`/parties/${encodeURIComponent(id)}`, changes));
  if (answer === undefined) return false;
  await readFile(id, { again: true }).catch(() => {});
  if (before) {
    toast(t("customer.saved"), {
      kind: "success",
      action: { label: t("action.undo"), run: () => change(id, before, null) },
    });
  }
  return true;
}

/** A value was written: the file is read again, and writing what was there before is offered. */
export async function saved(id, field, value, was) {
  await readFile(id, { again: true }).catch(() => {});
  toast(t("customer.saved"), {
    kind: "success",
    action: {
      label: t("action.undo"),
      run: () => change(id, { facts: [{ field, value: was ?? null, was: value }] }, null),
    },
  });
}

/** Writes down a new customer; refused with `possible_duplicates`, unless `anyway`. */
export async function addCustomer(written) {
  const file = await api.post("/parties", written);
  files.value = { ...files.peek(), [file.party.id]: file };
  return file;
}

export async function addContactPoint(id, kind, value) {
  const path = `/parties/${encodeURIComponent(id)}/contact-points`;
  const answer = await attempt(() => api.post(path, { kind, value }));
  if (answer === undefined) return false;
  await readFile(id, { again: true }).catch(() => {});
  return true;
}

const kept = (file) => {
  files.value = { ...files.peek(), [file.party.id]: file };
};
const addresses = (id) => `/parties/${encodeURIComponent(id)}/addresses`;

/** Adds an address, or changes the one of `addressId`; throws the refusal. */
export const writeAddress = (id, addressId, body) =>
  (addressId ? api.put(`${addresses(id)}/${addressId}`, body) : api.post(addresses(id), body)).then(kept);

/** Ends an address, and offers to write it down again. */
export async function endAddress(id, address) {
  const file = await attempt(() => api.remove(`${addresses(id)}/${address.id}`));
  if (!file) return;
  kept(file);
  const { lines, country_name, source, created_at, id: _, ...body } = address;
  toast(t("address.ended", { street: address.street }), {
    action: { label: t("action.undo"), run: () => attempt(() => writeAddress(id, null, body)) },
  });
}

const forms = new Map();

/** Which parts addresses of a country have; read once. */
export async function readAddressForm(country) {
  if (!forms.has(country)) forms.set(country, await api.get(`/address-forms/${country}`));
  return forms.get(country);
}

/** Further contact points than the file brings. */
export const readPoints = (id, cursor) =>
  api.get(`/parties/${encodeURIComponent(id)}/contact-points`, { cursor, limit: 200 });
