// Time as the desk shows it: durations that run, deadlines that close in, and the server's clock beside ours.

/** Corrects this machine's clock by what the server says it is. */
export class Clock {
  #now;
  #offset = 0;

  constructor(now = () => Date.now()) {
    this.#now = now;
  }

  /** Milliseconds since the epoch, by the server's clock. */
  now() {
    return this.#now() + this.#offset;
  }

  /** `serverNow` was read about half of `roundTrip` ago. */
  adjust(serverNow, roundTrip = 0) {
    const offset = Date.parse(serverNow) + roundTrip / 2 - this.#now();
    if (Number.isFinite(offset)) this.#offset = offset;
  }
}

/** Seconds from `since` to `now`, never below zero. */
export function elapsed(since, now) {
  return Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
}

/** 0:07, 12:40, 1:02:03. */
export function running(seconds) {
  const s = String(seconds % 60).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${s}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${s}`;
}

/** What is left of an offer: whole seconds, and the part of `total` (1 → 0). */
export function left(deadline, total, now) {
  const milliseconds = Math.max(0, Date.parse(deadline) - now);
  return {
    seconds: Math.ceil(milliseconds / 1000),
    part: total > 0 ? Math.min(1, milliseconds / (total * 1000)) : 0,
  };
}

/** How a wait looks beside its target: `fine`, `soon` (three quarters gone) or `late`. */
export function urgency(seconds, target) {
  if (!target) return "fine";
  if (seconds > target) return "late";
  return seconds > target * 0.75 ? "soon" : "fine";
}
