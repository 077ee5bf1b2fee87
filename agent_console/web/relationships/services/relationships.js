// A customer's relationships, and the types there are.

import { signal } from "@preact/signals";
import * as api from "../../shared/services/api.js";
import { attempt } from "../../shared/services/feedback.js";
import { collection } from "../../shared/services/entities.js";
import { listen } from "../../shared/services/stream.js";

export const types = collection("relationship_type", "/relationship-types");

/** By customer; read when shown. */
export const links = signal({});

listen({
  left() {
    links.value = {};
  },
});

const path = (id) => `/parties/${encodeURIComponent(id)}/relationships`;
const keep = (id, answer) => {
  if (answer) links.value = { ...links.peek(), [id]: answer.items };
  return Boolean(answer);
};

export const read = (id) =>
  api.get(path(id)).then(
    (answer) => keep(id, answer),
    () => false,
  );
export const relate = (id, link) =>
  attempt(() => api.post(path(id), link)).then((answer) => keep(id, answer));
export const end = (id, link, until) =>
  attempt(() => api.patch(`${path(id)}/${link.id}`, { until })).then((answer) => keep(id, answer));
export const remove = (id, link) =>
  attempt(() => api.remove(`${path(id)}/${link.id}`)).then((answer) => keep(id, answer));
export const find = (q) => api.get("/parties", { q, limit: 8 }).then((answer) => answer.items);
export const readGroup = (id) =>
  api.get(`/parties/${encodeURIComponent(id)}/group`).then(({ items }) => items);
