// What the server tells the console, and which part of the console listens.
//
// A page listens for what it shows: `entered(user)` before the first snapshot, `snapshot(data)`,
// `events(list)` once a frame, `message(name, payload)` for what is not stored, `online()` when the line is
// back, and `left()` on sign-out.

const listeners = new Set();

/** Registers a page's listener; answers a function that takes it off again. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls `what` of every listener that has it. */
export function tell(what, ...data) {
  for (const listener of listeners) listener[what]?.(...data);
}
