// The server's time, as far as it is known.

import { signal } from "@preact/signals";
import { Clock } from "../models/clock.js";

export const clock = new Clock();
/** The server's time in milliseconds, a new value each second. */
export const second = signal(clock.now());
setInterval(() => (second.value = clock.now()), 1000);
