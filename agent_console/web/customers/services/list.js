// The list of customers, kept true while it is shown, and what is done with many of them.

import * as api from "../../shared/services/api.js";
import { signal } from "@preact/signals";
import { start } from "../../shared/services/jobs.js";
import { countedPagesOf } from "../../shared/services/pages.js";
import { listen } from "../../shared/services/stream.js";

export const customers = countedPagesOf("/parties");

/** What each list can be filtered by, as the server says; null before it was read. */
export const lists = signal(null);

export async function readLists() {
  if (!lists.peek()) lists.value = (await api.get("/lists")).lists;
}

export const exportThem = (chosen) => start("/parties/export", chosen);
export const tagThem = (chosen, add, remove) => start("/parties/tag-many", { ...chosen, add, remove });

export const editThem = (chosen, changes) => start("/parties/edit-many", { ...chosen, ...changes });

listen({
  events(events) {
    for (const { name, data } of events) {
      if (name === "PartyTagged") change(data.party_id, { tags: data.tags });
      if (name === "PartyChanged") change(data.party_id, { name: data.name });
    }
  },
  left() {
    customers.told = null;
    lists.value = null;
  },
});

const change = (id, told) => customers.patch((item) => (item.id === id ? { ...item, ...told } : item));
