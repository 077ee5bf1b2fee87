// Two customers side by side: the rows in which they are compared, and what a merge keeps of each.

const HEAD = ["name", "language"];

/**
 * [{id, family, field, one, other, differ, better}]: a value is "" where there is none; `better` is the side
 * whose value survives by its source, then by its date, where that says anything.
 */
export function rowsOf(one, other) {
  const rows = HEAD.map((id) => row(id, null, id, { value: one[id] }, { value: other[id] }));
  const mine = factsOf(one);
  const theirs = factsOf(other);
  for (const id of new Set([...mine.keys(), ...theirs.keys()])) {
    const [family, field] = id.split(".");
    if (HEAD.includes(field)) continue;
    rows.push(row(id, family, field, mine.get(id), theirs.get(id)));
  }
  return rows.filter((shown) => shown.one !== "" || shown.other !== "");
}

const factsOf = (party) => new Map(party.facts.map((fact) => [`${fact.family}.${fact.field}`, fact]));

function row(id, family, field, mine, theirs) {
  const one = mine?.value ?? "";
  const other = theirs?.value ?? "";
  const differ = one !== "" && other !== "" && String(one) !== String(other);
  return { id, family, field, one, other, differ, better: differ ? betterOf(mine, theirs) : null };
}

function betterOf(mine, theirs) {
  if (mine.rank !== theirs.rank) return mine.rank < theirs.rank ? "one" : "other";
  if (!mine.at || mine.at === theirs.at) return null;
  return mine.at > theirs.at ? "one" : "other";
}

/** The side whose value of a row is kept: the chosen, else the better, else that of the file that stays. */
export const sideOf = (shown, chosen, keptSide) => chosen[shown.id] ?? shown.better ?? keptSide;

/** Which of two stays: the one with more conversations, then the older. */
export function winnerOf(one, other) {
  if (one.conversations !== other.conversations) return one.conversations > other.conversations ? one : other;
  return one.created_at <= other.created_at ? one : other;
}

/** What the loser's value is kept of, where the two differ; and what of the head the winner lacks. */
export function takenOf(rows, chosen, loserSide) {
  const winnerSide = loserSide === "one" ? "other" : "one";
  return rows
    .filter((shown) =>
      shown.differ
        ? sideOf(shown, chosen, winnerSide) === loserSide
        : HEAD.includes(shown.id) && shown[winnerSide] === "",
    )
    .map((shown) => shown.id);
}

/** What a merge of the two does: which file stays, which becomes part of it, and what is kept of that one. */
export function planOf(one, other, keptId, chosen) {
  const [winner, loser] = keptId === one.id ? [one, other] : [other, one];
  return { winner, loser, take: takenOf(rowsOf(one, other), chosen, loser === one ? "one" : "other") };
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
