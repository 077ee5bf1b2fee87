// Evaluations of trained versions, read once each: a version never changes again.

import { signal } from "@preact/signals";
import { listen } from "../../shared/services/stream.js";
import { readVersion, versions } from "./studio.js";

const byId = signal({});
const reading = new Set();

listen({
  left() {
    byId.value = {};
  },
});

/** The report of a version: null while it is read, false where it was not evaluated. */
export function reportOf(botId, id) {
  const known = byId.value[id];
  if (known === undefined && !reading.has(id)) {
    reading.add(id);
    readVersion(botId, id)
      .then(
        ({ report }) => (byId.value = { ...byId.peek(), [id]: report?.confusion ? report : false }),
        () => {},
      )
      .finally(() => reading.delete(id));
  }
  return known ?? null;
}

/** Those that were trained, newest first. */
export const ready = () => versions.value.filter((one) => one.status === "ready");

/** The report of the newest trained version of a bot. */
export function latestReport(bot) {
  const newest = ready()[0];
  return (newest && reportOf(bot.id, newest.id)) || null;
}
