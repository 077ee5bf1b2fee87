// The columns of a table as someone arranged them: which, in which order, how wide.
//
// `columns` are all there are: {id, width, min, shown}; an arrangement is {order: [id], widths: {id: px}},
// and columns that came with a later version show up in it where the table puts them.

const LEAST = 56;

/** The columns to show, in order, each with its width. */
export function arranged(columns, arrangement) {
  const known = new Map(columns.map((column) => [column.id, column]));
  const order = arrangement?.order?.filter((id) => known.has(id)) ?? defaults(columns);
  return order.map((id) => ({
    ...known.get(id),
    width: Math.max(known.get(id).min ?? LEAST, arrangement?.widths?.[id] ?? known.get(id).width),
  }));
}

const defaults = (columns) => columns.filter((column) => column.shown !== false).map((column) => column.id);

const orderOf = (columns, arrangement) => arranged(columns, arrangement).map((column) => column.id);

/** With the column shown at the end, or not shown; the last one stays. */
export function toggled(columns, arrangement, id) {
  const order = orderOf(columns, arrangement);
  if (!order.includes(id)) return { ...arrangement, order: [...order, id] };
  if (order.length === 1) return arrangement;
  return { ...arrangement, order: order.filter((one) => one !== id) };
}

/** With the column moved by so many places, as far as there are any. */
export function moved(columns, arrangement, id, by) {
  const order = orderOf(columns, arrangement);
  const from = order.indexOf(id);
  const to = Math.min(order.length - 1, Math.max(0, from + by));
  if (from < 0 || from === to) return arrangement;
  const others = order.filter((one) => one !== id);
  return { ...arrangement, order: [...others.slice(0, to), id, ...others.slice(to)] };
}

export function sized(columns, arrangement, id, width) {
  const column = columns.find((one) => one.id === id);
  if (!column) return arrangement;
  const wide = Math.round(Math.min(800, Math.max(column.min ?? LEAST, width)));
  return { ...arrangement, widths: { ...arrangement?.widths, [id]: wide } };
}
