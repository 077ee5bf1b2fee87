// What a bot understood, sorted for whoever teaches it.

/** Below this the bot was not sure enough to be left alone. */
const SURE = 0.7;

/** Those to look at first: refused as out of scope, then the least sure. */
export const doubtful = (items) =>
  items
    .filter((item) => item.out_of_scope || item.confidence < SURE)
    .sort((a, b) => b.out_of_scope - a.out_of_scope || a.confidence - b.confidence);

/** How many texts each intent was given, the most first. */
export function byIntent(items) {
  const counts = new Map();
  for (const { intent } of items) counts.set(intent, (counts.get(intent) ?? 0) + 1);
  return [...counts].map(([intent, count]) => ({ intent, count })).sort((a, b) => b.count - a.count);
}
