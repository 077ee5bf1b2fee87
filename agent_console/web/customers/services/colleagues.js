// Who may look after a customer: the active members of staff.

import { signal } from "@preact/signals";
import * as api from "../../shared/services/api.js";
import { listen } from "../../shared/services/stream.js";

/** [{id, name}] by name; empty before it was read. */
export const colleagues = signal([]);

export async function readColleagues() {
  if (colleagues.peek().length) return;
  const { items } = await api.get("/colleagues").catch(() => ({ items: [] }));
  colleagues.value = items;
}

listen({
  left() {
    colleagues.value = [];
  },
});
