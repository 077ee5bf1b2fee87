// Which rows of a list are chosen: some by id, or all that the list finds, those not loaded too.

export const NONE = Object.freeze({ all: false, ids: Object.freeze([]) });

export const countOf = (selection, total) => (selection.all ? total : selection.ids.length);

/** Chosen or not; out of all, what is loaded stays chosen but this one. */
export function toggled(selection, id, loaded) {
  const ids = selection.all ? loaded : selection.ids;
  return { all: false, ids: ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id] };
}

/** With all rows between the two, both included. */
export function through(selection, from, to, loaded) {
  const [low, high] = [loaded.indexOf(from), loaded.indexOf(to)].sort((a, b) => a - b);
  if (low < 0) return selection;
  const ids = selection.all ? loaded : selection.ids;
  return { all: false, ids: [...new Set([...ids, ...loaded.slice(low, high + 1)])] };
}

/** All that are loaded, or none when they all were. */
export const allLoaded = (selection, loaded) =>
  !selection.all && selection.ids.length < loaded.length ? { all: false, ids: [...loaded] } : NONE;

export const everything = () => ({ all: true, ids: [] });
