// Two customers side by side: the rows in which they are compared, and what a merge keeps of each.

const HEAD = ["name", "language"];

/** [{id, label, family, one, other, differ, choice}]: a value is text, or "" where there is none. */
export function rowsOf(one, other) {
  const rows = HEAD.map((id) => row(id, null, id, one[id] ?? "", other[id] ?? ""));
  const mine = valuesOf(one);
  const theirs = valuesOf(other);
  for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
    const [family, field] = id.split(".");
    if (HEAD.includes(field)) continue;
    rows.push(row(id, family, field, mine.get(id) ?? "", theirs.get(id) ?? ""));
  }
  return rows.filter((shown) => shown.one !== "" || shown.other !== "");
}

const valuesOf = (party) => new Map(party.facts.map((fact) => [`${fact.family}.${fact.field}`, fact.value]));

function row(id, family, field, one, other) {
  return {
    id,
    family,
    field,
    one,
    other,
    differ: one !== "" && other !== "" && String(one) !== String(other),
  };
}

/** Which of two stays: the one with more conversations, then the older. */
export function winnerOf(one, other) {
  if (one.conversations !== other.conversations) return one.conversations > other.conversations ? one : other;
  return one.created_at <= other.created_at ? one : other;
}

/** What the loser's value is kept of: what was chosen of them, and what the winner lacks of the head. */
export function takenOf(rows, chosen, loserSide) {
  const winnerSide = loserSide === "one" ? "other" : "one";
  return rows
    .filter((shown) =>
      chosen[shown.id] === undefined
        ? HEAD.includes(shown.id) && shown[winnerSide] === "" && shown[loserSide] !== ""
        : chosen[shown.id] === loserSide && shown.differ,
    )
    .map((shown) => shown.id);
}

/** Two are never one for sure: what is shown of how likely it is ends at 99 %. */
export const shownChance = (probability) => Math.min(Math.floor(probability * 100) / 100, 0.99);

/** The strongest reasons for, and those against. */
export function reasonsOf(reasons, most = 5) {
  const told = reasons.filter((reason) => Math.abs(reason.bits) >= 1);
  return {
    speakFor: told.filter((reason) => reason.bits > 0).slice(0, most),
    speakAgainst: told.filter((reason) => reason.bits < 0).slice(0, most),
  };
}
