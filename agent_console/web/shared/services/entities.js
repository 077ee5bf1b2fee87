// Plain entities (tags, saved views, roles): read once, kept true by `EntityChanged` events.

import { computed, signal } from "@preact/signals";
import * as api from "./api.js";
import { listen } from "./stream.js";

const collections = new Map();

/**
 * Everything of one kind. `byId` and `all` are signals; `read` reads once; changes go through `add` and the
 * others.
 */
export function collection(kind, path) {
  if (collections.has(kind)) return collections.get(kind);
  const byId = signal(new Map());
  const known = signal(false);
  let reading = null;
  const put = (thing) => {
    const before = byId.peek().get(thing.id);
    if (before && before.version > thing.version) return;
    byId.value = new Map(byId.peek()).set(thing.id, { ...before, ...thing });
  };
  const drop = (id) => {
    const next = new Map(byId.peek());
    if (next.delete(id)) byId.value = next;
  };
  const at = (id) => `${path}/${encodeURIComponent(id)}`;
  const made = {
    kind,
    byId,
    known,
    all: computed(() => [...byId.value.values()]),
    read({ again = false } = {}) {
      if (known.peek() && !again) return Promise.resolve();
      reading ??= api
        .get(path)
        .then(({ items }) => {
          byId.value = new Map(items.map((thing) => [thing.id, thing]));
          known.value = true;
        })
        .finally(() => (reading = null));
      return reading;
    },
    async add(body) {
      const thing = (await api.post(path, body))[kind];
      put(thing);
      return thing;
    },
    async change(thing, body) {
      const after = (await api.patchVersion(at(thing.id), body, thing.version))[kind];
      put(after);
      return after;
    },
    async remove(thing) {
      await api.remove(at(thing.id));
      drop(thing.id);
    },
    hear: ({ id, data }) => (data ? put(data) : drop(id)),
    forget() {
      byId.value = new Map();
      known.value = false;
    },
  };
  collections.set(kind, made);
  return made;
}

listen({
  events(events) {
    for (const { name, data } of events) {
      if (name === "EntityChanged" && collections.get(data.kind)?.known.peek())
        collections.get(data.kind).hear(data);
    }
  },
  snapshot() {
    for (const one of collections.values()) if (one.known.peek()) one.read({ again: true }).catch(() => {});
  },
  left() {
    for (const one of collections.values()) one.forget();
  },
});
