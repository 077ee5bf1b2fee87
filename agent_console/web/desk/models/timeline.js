// Turns the exchanges of a conversation into the rows the timeline shows: days, channel changes, messages,
// folded system events, and the mark before what is new.

const SAME_BREATH = 5 * 60_000; // milliseconds between two lines of one author that read as one

/**
 * @param exchanges oldest first
 * @param newAfter position up to which the agent had read when they opened it, or null
 * @returns rows {type, key, …}: `day` {date}, `channel` {channel}, `system` {exchanges}, `new`,
 *   `line` {exchange, follows}
 */
export function rowsOf(exchanges, { newAfter = null } = {}) {
  const rows = [];
  let before = null;
  let marked = newAfter === null;
  for (const exchange of exchanges) {
    const day = dayOf(exchange.occurred_at);
    if (!before || dayOf(before.occurred_at) !== day)
      rows.push({ type: "day", key: `day-${day}`, date: exchange.occurred_at });
    if (!marked && exchange.position > newAfter && exchange.author === "customer") {
      rows.push({ type: "new", key: "new" });
      marked = true;
    }
    if (exchange.kind === "system") addSystem(rows, exchange);
    else {
      if (!before || channelChanged(rows, exchange)) {
        rows.push({ type: "channel", key: `channel-${exchange.position}`, channel: exchange.channel });
      }
      rows.push({ type: "line", key: exchange.id, exchange, follows: follows(rows.at(-1), exchange) });
    }
    before = exchange;
  }
  return rows;
}

function addSystem(rows, exchange) {
  const last = rows.at(-1);
  if (last?.type === "system") last.exchanges.push(exchange);
  else rows.push({ type: "system", key: `system-${exchange.position}`, exchanges: [exchange] });
}

function channelChanged(rows, exchange) {
  const last = rows.findLast((row) => row.type === "channel");
  return exchange.direction !== "internal" && last?.channel !== exchange.channel;
}

/** Said right after, by the same author: its name need not be said again. */
function follows(last, exchange) {
  if (last?.type !== "line") return false;
  const before = last.exchange;
  return (
    before.kind === exchange.kind &&
    before.author === exchange.author &&
    before.author_ref === exchange.author_ref &&
    before.channel === exchange.channel &&
    Date.parse(exchange.occurred_at) - Date.parse(before.occurred_at) < SAME_BREATH
  );
}

function dayOf(text) {
  const date = new Date(text);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Text in parts, those that are web addresses marked: [{text, href?}]. */
export function linked(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    parts.push({ text: match[0], href: match[0] });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}
