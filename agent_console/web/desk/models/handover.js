// What a bot leaves to the person who takes over, as facts: the screen says them in its reader's language.

/** The facts of the bot's note, or null: older notes, and those of people, are only text. */
export function handoverOf({ author, meta }) {
  return author === "bot" && meta?.handover ? meta : null;
}

/** Lines to show: [{name, family, values}]; a value with a family is a word of the catalogue. */
export function linesOf(facts, { said = true } = {}) {
  const lines = [{ name: "reason", family: "handover", values: [facts.handover] }];
  if (facts.topic) lines.push({ name: "topic", family: "intent", values: [facts.topic] });
  const slots = Object.entries(facts.slots ?? {}).map(([slot, value]) => [slot, String(value)]);
  for (const [slot, value] of slots) lines.push({ name: slot, family: null, values: [value] });
  const others = (facts.looked_up ?? []).filter((number) => !slots.some(([, value]) => value === number));
  if (others.length) lines.push({ name: "looked_up", family: null, values: others });
  if (said && facts.said?.length) lines.push({ name: "said", family: "quote", values: facts.said });
  return lines;
}
