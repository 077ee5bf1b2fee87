// Tells when something was set aside.

import { signal } from "@preact/signals";
import { listen } from "../../shared/services/stream.js";

/** Counts what was set aside since the page was loaded. */
export const setAsideEvents = signal(0);

listen({
  events(events) {
    setAsideEvents.value += events.filter(({ name }) => name === "InboundSetAside").length;
  },
});
