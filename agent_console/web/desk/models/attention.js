// What has not been read yet, per conversation.
//
// The server keeps how far I have read: `reads` of the desk for what I hold, `read_to` of each conversation
// opened. What I read here counts at once, and stays to be told until the server has heard it.

/** `here`: conversation → {position, customer_lines} read on this page; `untold`: conversation → position. */
export const EMPTY = Object.freeze({ here: {}, untold: {} });

/**
 * The state after the lines up to `position` were seen; the same object when nothing of the customer was new.
 */
export function read(state, detail, position, mark) {
  const { conversation, exchanges } = detail;
  const said = exchanges.findLast((e) => e.author === "customer" && e.position <= position)?.position ?? 0;
  if (said <= readTo(state, detail, mark)) return state;
  const beyond = exchanges.filter((e) => e.author === "customer" && e.position > position).length;
  const here = { position, customer_lines: conversation.customer_lines - beyond };
  return {
    here: { ...state.here, [conversation.id]: here },
    untold: { ...state.untold, [conversation.id]: position },
  };
}

/** The server has heard of `position`. */
export function told(state, id, position) {
  if ((state.untold[id] ?? Infinity) > position) return state;
  const { [id]: _, ...untold } = state.untold;
  return { ...state, untold };
}

/** Up to which line I have read, as far as anybody knows; 0 when I never looked. */
export function readTo(state, { conversation, read_to: told }, mark) {
  return Math.max(state.here[conversation.id]?.position ?? 0, mark?.position ?? 0, told ?? 0);
}

/** How many lines of the customer wait to be read. */
export function unreadOf(state, conversation, mark) {
  const seen = Math.max(state.here[conversation.id]?.customer_lines ?? 0, mark?.customer_lines ?? 0);
  return Math.max(0, conversation.customer_lines - seen);
}
