// Finds commands and conversations by what was typed, forgiving of accents, case and order.

/** Lower case, without accents. */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** How well `text` answers `query`: 0 not at all; starts of words count most. */
export function score(text, query) {
  const words = plain(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return 1;
  const hay = plain(text);
  let sum = 0;
  for (const word of words) {
    const at = hay.indexOf(word);
    if (at < 0) return 0;
    sum += at === 0 ? 3 : /[^\p{L}\p{N}]/u.test(hay[at - 1]) ? 2 : 1;
  }
  return sum / words.length;
}

/** The entries that answer, best first; equal ones keep their order. */
export function best(entries, query, textOf, limit = 8) {
  return entries
    .map((entry, index) => ({ entry, index, score: score(textOf(entry), query) }))
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, limit)
    .map((found) => found.entry);
}
