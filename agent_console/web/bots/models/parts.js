// The parts of a bot as designers see them: examples with what is marked in them, steps, variations.

const ANNOTATION = /\[([^\]]+)\](?:\(([^)]+)\)|(\{[^}]+\}))/g;

export const ordered = (parts) => parts.toSorted((a, b) => a.name.localeCompare(b.name));

export const textOf = (line) => (typeof line === "string" ? line : line.text);
const withText = (line, text) => (typeof line === "string" ? text : { ...line, text });
export const tidy = (text) => text.split(/\s+/).filter(Boolean).join(" ");

/** [{text, entity, told}] of an example: `entity` null where nothing is marked. */
export function segmentsOf(line) {
  const text = textOf(line);
  const found = [];
  let at = 0;
  for (const match of text.matchAll(ANNOTATION)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), entity: null });
    found.push({ text: match[1], ...markOf(match) });
    at = match.index + match[0].length;
  }
  if (at < text.length) found.push({ text: text.slice(at), entity: null });
  return found;
}

/** What a mark says: Rasa's short form names the entity, the long one is JSON with role, group and value. */
function markOf([, , short, long]) {
  if (short) {
    const [entity, value] = short.split(":");
    return { entity, value: value ?? null, role: null, group: null };
  }
  try {
    const { entity = null, value = null, role = null, group = null } = JSON.parse(long);
    return { entity, value, role, group };
  } catch {
    return { entity: long, value: null, role: null, group: null };
  }
}

/** The example without its marks. */
export const plainOf = (line) =>
  segmentsOf(line)
    .map((one) => one.text)
    .join("");

/** The text with what stands from `start` to `end` marked; as it was where that is nothing, or marked. */
export function marked(text, start, end, entity) {
  const chosen = text.slice(start, end);
  const lead = chosen.length - chosen.trimStart().length;
  const word = chosen.trim();
  if (!word || /[[\](){}]/.test(word)) return text;
  const from = start + lead;
  return `${text.slice(0, from)}[${word}](${entity})${text.slice(from + word.length)}`;
}

export const unmarked = (text) => text.replace(ANNOTATION, "$1");

const linesIn = (value, language) => value?.examples?.[language] ?? [];
const withLines = (value, language, lines) => ({
  ...(value ?? { options: null }),
  examples: { ...value?.examples, [language]: lines },
});

/** With the lines of `text` as examples, those it has already left out. */
export function withExamples(value, language, text) {
  const there = linesIn(value, language);
  const known = new Set(there.map((line) => plainOf(line).toLowerCase()));
  const fresh = text
    .split("\n")
    .map((line) => tidy(line.replace(/^\s*[-•*]\s+/, "")))
    .filter((line) => line && !known.has(plainOf(line).toLowerCase()));
  return withLines(value, language, [...new Set(fresh), ...there]);
}

/** With one example written otherwise; undefined when it is not there any more. */
export function withExample(value, language, before, after) {
  const lines = linesIn(value, language);
  const at = lines.findIndex((line) => textOf(line) === before);
  if (at < 0) return undefined;
  return withLines(value, language, lines.toSpliced(at, 1, withText(lines[at], tidy(after))));
}

export function withoutExample(value, language, before) {
  const lines = linesIn(value, language);
  const at = lines.findIndex((line) => textOf(line) === before);
  return at < 0 ? undefined : withLines(value, language, lines.toSpliced(at, 1));
}

export const countOf = (value) =>
  Object.values(value?.examples ?? {}).reduce((sum, lines) => sum + lines.length, 0);

/** Same lists by language, of lookup tables, synonyms and regexes. */
export const listed = (value) => ({ examples: value ?? {} });

/** [{kind, name}] of a rule or story: what is drawn of each step. */
export function stepsOf(value) {
  return (value?.steps ?? []).map((step) => {
    if (typeof step === "string") return { kind: "other", name: step };
    if (step.or) return { kind: "or", name: step.or.map((one) => one.intent ?? slotOf(one)).join(" / ") };
    if ("intent" in step) return { kind: "intent", name: step.intent, entities: entitiesOf(step) };
    if ("user" in step) return { kind: "intent", name: step.user };
    if ("action" in step) return { kind: "action", name: step.action };
    if ("active_loop" in step) return { kind: "active_loop", name: step.active_loop };
    if ("slot_was_set" in step) return { kind: "slot_was_set", name: slotOf(step) };
    if ("checkpoint" in step) return { kind: "checkpoint", name: step.checkpoint };
    if ("bot" in step) return { kind: "bot", name: step.bot };
    return { kind: "other", name: JSON.stringify(step) };
  });
}

const entitiesOf = (step) => (step.entities ?? []).map((one) => Object.keys(one)[0] ?? String(one));

function slotOf(step) {
  const set = step.slot_was_set ?? step;
  const pairs = (Array.isArray(set) ? set : [set]).flatMap((one) =>
    typeof one === "string" ? [[one, undefined]] : Object.entries(one),
  );
  const told = ([name, value]) => (value === undefined ? name : `${name} = ${value ?? "–"}`);
  return pairs.map(told).join(", ");
}

/** The step that a kind and a name make. */
export function stepOf(kind, name) {
  if (kind === "slot_was_set") return { slot_was_set: [{ [name]: true }] };
  if (kind === "active_loop") return { active_loop: name || null };
  return { [kind]: name };
}

export function movedStep(steps, at, by) {
  const to = at + by;
  if (to < 0 || to >= steps.length) return steps;
  return steps.toSpliced(at, 1).toSpliced(to, 0, steps[at]);
}

/** {language, channel, others} of a variation: `others` are the conditions that are no language. */
export function conditionsOf(variation) {
  const all = variation.condition ?? [];
  const spoken = all.find((one) => one.type === "slot" && one.name === "language");
  return {
    language: spoken?.value ?? "",
    channel: variation.channel ?? "",
    others: all.filter((one) => one !== spoken),
  };
}

export function withConditions(variation, { language, channel }) {
  const { others } = conditionsOf(variation);
  const spoken = language ? [{ type: "slot", name: "language", value: language }] : [];
  const { channel: _, condition: __, ...rest } = variation;
  const condition = [...spoken, ...others];
  return {
    ...rest,
    ...(channel ? { channel } : {}),
    ...(condition.length ? { condition } : {}),
  };
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** With one variation replaced, or taken away (`after` null); undefined when it is not there any more. */
export function withVariation(value, before, after) {
  const all = value ?? [];
  if (before === null) return [...all, after];
  const at = all.findIndex((one) => same(one, before));
  if (at < 0) return undefined;
  return after === null ? all.toSpliced(at, 1) : all.toSpliced(at, 1, after);
}

/** Where a response is used: rules and stories by name. */
export const usersOf = (name, parts) =>
  parts.filter((part) => stepsOf(part.value).some((step) => step.name === name)).map((part) => part.name);
