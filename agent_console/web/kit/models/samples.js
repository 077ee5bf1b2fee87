// Invented data for the pages of examples: the same each time, made from a small generator.

const FIRST = ["Léa", "Noé", "Inès", "Hugo", "Zoé", "Adam", "Jade", "Nils", "Anaïs", "Rémi", "Nora", "Élie"];
const LAST = ["Roux", "Petit", "Moreau", "Garnier", "Leroy", "Faure", "Blanc", "Dumas", "Picard", "Renard"];
const CITIES = ["Lyon", "Nantes", "Lille", "Bordeaux", "Rennes", "Dijon", "Cayenne", "Saint-Denis"];
export const STATES = ["new", "open", "done"];

/** Numbers between 0 and 1 that look random and are always the same (mulberry32). */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const DAY = 86_400_000;
const START = Date.UTC(2024, 0, 1);

/** So many rows, each {id, name, city, amount, state, since}. */
export function rowsOf(count) {
  const random = generator(42);
  const one = (list) => list[Math.floor(random() * list.length)];
  return Array.from({ length: count }, (_, i) => ({
    id: String(i).padStart(6, "0"),
    name: `${one(FIRST)} ${one(LAST)} ${i + 1}`,
    city: one(CITIES),
    amount: Math.round(random() * 100_000) / 100,
    state: one(STATES),
    since: new Date(START + Math.floor(random() * 900) * DAY).toISOString(),
  }));
}

/** A page of the rows, as a server would answer: keyset, sorted, searched. */
export function answer(rows, { q = "", sort = "name", cursor, limit = 100 }) {
  const key = sort.replace(/^-/, "");
  const sign = sort.startsWith("-") ? -1 : 1;
  const wanted = q.toLowerCase();
  const found = ordered(
    wanted ? rows.filter((row) => `${row.name} ${row.city}`.toLowerCase().includes(wanted)) : rows,
    key,
    sign,
  );
  const from = cursor ? Number(cursor) : 0;
  const items = found.slice(from, from + limit);
  const next = from + limit < found.length ? String(from + limit) : null;
  return { items, next, total: found.length };
}

const sorted = new Map();

function ordered(rows, key, sign) {
  const name = `${key}${sign}`;
  const kept = sorted.get(name);
  if (kept?.rows === rows) return kept.found;
  const found = [...rows].sort((a, b) => (a[key] < b[key] ? -sign : a[key] > b[key] ? sign : 0));
  sorted.set(name, { rows, found });
  return found;
}
