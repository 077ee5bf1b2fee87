// What a sentence may have meant, for one key each.

const MOST = 4;
const COMMON = /\p{L}{4,}|\d+/gu;

const wordsOf = (text) => new Set(text.toLowerCase().match(COMMON) ?? []);

/** The intent the bot guessed, then those whose examples share the most words with what was said. */
export function guessesOf(item, intents) {
  const said = wordsOf(item.text);
  const shared = intents
    .filter((part) => part.name !== item.intent)
    .map((part) => ({ name: part.name, count: closest(said, part.value?.examples?.[item.language] ?? []) }))
    .filter((one) => one.count > 0)
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  const known = intents.some((part) => part.name === item.intent);
  return [...(known ? [item.intent] : []), ...shared.map((one) => one.name)].slice(0, MOST);
}

/** How many of the words the example nearest to them has. */
function closest(said, lines) {
  let most = 0;
  for (const line of lines) {
    const words = wordsOf(typeof line === "string" ? line : line.text);
    let count = 0;
    for (const one of said) if (words.has(one)) count += 1;
    most = Math.max(most, count);
  }
  return most;
}
