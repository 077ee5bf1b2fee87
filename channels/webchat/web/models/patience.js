// How long to wait before the next try.

/**
 * Milliseconds before try number `tries` + 1: doubling from half a second to half a minute, a fifth of it by
 * chance.
 */
export function backoff(tries, chance = Math.random()) {
  const base = Math.min(30000, 500 * 2 ** Math.max(0, tries - 1));
  return Math.round(base * (0.8 + 0.4 * chance));
}

/** Is trying again of any use? */
export const isFinal = (code) =>
  ["malformed", "too_large", "invalid_input", "bad_signature", "forbidden"].includes(code);
