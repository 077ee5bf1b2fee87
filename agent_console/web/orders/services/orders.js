// A customer's orders and the figures made of them.

import { signal } from "@preact/signals";
import * as api from "../../shared/services/api.js";
import { listen } from "../../shared/services/stream.js";

/** Figures by customer; read when shown. */
export const behaviours = signal({});

listen({
  left() {
    behaviours.value = {};
  },
});

const path = (id) => `/parties/${encodeURIComponent(id)}`;

export async function readBehaviour(id) {
  const told = await api.get(`${path(id)}/behaviour`).catch(() => null);
  if (told) behaviours.value = { ...behaviours.peek(), [id]: told };
}

export const readOrders = (id, cursor) =>
  api.get(`${path(id)}/orders`, { limit: 20, ...(cursor ? { cursor } : {}) });
