// Who the next mail of a conversation goes to: read when its composer is shown and when somebody wrote in it.

import { signal } from "@preact/signals";
import * as api from "../../shared/services/api.js";
import { listen } from "../../shared/services/stream.js";

export const usual = signal({});

listen({
  left() {
    usual.value = {};
  },
});

export async function readUsual(id) {
  const found = await api.get(`/conversations/${encodeURIComponent(id)}/recipients`).catch(() => null);
  if (found) usual.value = { ...usual.peek(), [id]: found };
}
