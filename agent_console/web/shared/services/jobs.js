// Long work of mine: how far it is, kept true by events, and there again after a reload.

import { computed, signal } from "@preact/signals";
import * as api from "./api.js";
import { listen } from "./stream.js";

const byId = signal(new Map());
const dismissed = signal(new Set());
/** The kind of job that the page on screen shows by itself, so that the tray needs not. */
export const shownByPage = signal(null);

/** Those to show: what runs, and what ended since the page was loaded, newest first. */
export const jobs = computed(() =>
  [...byId.value.values()]
    .filter((job) => !dismissed.value.has(job.id))
    .sort((a, b) => (a.id < b.id ? 1 : -1)),
);

export const isOver = (job) => ["done", "failed", "cancelled"].includes(job.status);

export function put(job) {
  const before = byId.peek().get(job.id);
  if (before && before.updated_at > job.updated_at) return;
  byId.value = new Map(byId.peek()).set(job.id, job);
}

export const dismiss = (job) => (dismissed.value = new Set(dismissed.peek()).add(job.id));

export async function cancel(job) {
  put((await api.post(`/jobs/${encodeURIComponent(job.id)}/cancel`)).job);
}

/** Takes back what it did, as long work of its own. */
export async function undo(job) {
  put((await api.post(`/jobs/${encodeURIComponent(job.id)}/undo`)).job);
  dismiss(job);
}

/** Starts long work by a request that answers its job. */
export async function start(path, body) {
  const { job } = await api.post(path, body);
  put(job);
  return job;
}

listen({
  async snapshot() {
    const { items } = await api.get("/jobs").catch(() => ({ items: [] }));
    for (const job of items) if (!isOver(job) || byId.peek().has(job.id)) put(job);
  },
  events(events) {
    for (const { name, data } of events) if (name === "EntityChanged" && data.kind === "job") put(data.data);
  },
  left() {
    byId.value = new Map();
    dismissed.value = new Set();
  },
});
