// Filters as the server takes them: a condition {field, op, value}, or a group {all|any|not: [...]}.
//
// While it is being written a condition may be incomplete; `complete` says whether it can be sent.

export const JOINTS = ["all", "any", "not"];
export const EVERYTHING = Object.freeze({ all: [] });
const DEEPEST = 3;
const WITHOUT_VALUE = ["empty", "not_empty"];
const SEVERAL = ["any_of", "all_of", "none_of"];
const SPANS = ["in_last", "not_in_last", "in_next"];
export const UNITS = ["hours", "days", "weeks", "months"];

export const isGroup = (part) => JOINTS.some((joint) => Array.isArray(part?.[joint]));
export const jointOf = (group) => JOINTS.find((joint) => Array.isArray(group[joint]));
export const partsOf = (group) => group[jointOf(group)];
export const isEmpty = (filter) => !filter || (isGroup(filter) && partsOf(filter).every(isEmptyGroup));
const isEmptyGroup = (part) => isGroup(part) && isEmpty(part);

/** Which kind of value the condition asks for. */
export function valueKind(field, op) {
  if (WITHOUT_VALUE.includes(op)) return "none";
  if (SEVERAL.includes(op)) return field.choices?.length ? "several" : "words";
  if (SPANS.includes(op)) return "span";
  if (op === "between") return "between";
  if (field.type === "yes_no") return "yes_no";
  if (field.type === "number" || field.type === "money") return "number";
  if (field.type === "date" || field.type === "moment") return "date";
  return "text";
}

const EMPTY_VALUES = {
  none: undefined,
  several: [],
  words: [],
  span: { count: 7, unit: "days" },
  between: ["", ""],
  yes_no: true,
  number: "",
  date: "",
  text: "",
};

/** A condition on the field, with its usual operator and nothing asked yet. */
export function conditionOn(field, op = field.operators[0]) {
  const kind = valueKind(field, op);
  const value = EMPTY_VALUES[kind];
  const unit = field.type === "date" && kind === "span" ? { count: 7, unit: "days" } : value;
  return unit === undefined ? { field: field.name, op } : { field: field.name, op, value: unit };
}

/** The condition with another operator; its value stays where it still fits. */
export function withOp(field, condition, op) {
  const [before, after] = [valueKind(field, condition.op), valueKind(field, op)];
  const fresh = conditionOn(field, op);
  return before === after && after !== "none" ? { ...fresh, value: condition.value } : fresh;
}

/** Whether the server would take it. */
export function complete(field, { op, value }) {
  const kind = valueKind(field, op);
  if (kind === "none" || kind === "yes_no") return true;
  if (kind === "several" || kind === "words") return value.length > 0;
  if (kind === "span") return Number.isInteger(value.count) && value.count > 0 && value.count <= 10_000;
  if (kind === "between")
    return value.every((one) => one !== "") && !(least(field, value[1]) < least(field, value[0]));
  if (kind === "number") return value !== "" && Number.isFinite(Number(value));
  return String(value).trim() !== "";
}

const least = (field, value) => (["number", "money"].includes(field.type) ? Number(value) : value);

/** What can be sent: without incomplete conditions, fields that are no more, and empty groups. */
export function sendable(filter, fields) {
  const known = new Map(fields.map((field) => [field.name, field]));
  const clean = (part) => {
    if (!isGroup(part)) {
      const field = known.get(part.field);
      return field?.operators.includes(part.op) && complete(field, part) ? [typed(field, part)] : [];
    }
    const parts = partsOf(part).flatMap(clean);
    return parts.length ? [{ [jointOf(part)]: parts }] : [];
  };
  return clean(filter)[0] ?? EVERYTHING;
}

function typed(field, condition) {
  if (!["number", "money"].includes(field.type) || condition.value === undefined) return condition;
  const value = Array.isArray(condition.value) ? condition.value.map(Number) : Number(condition.value);
  return { ...condition, value };
}

/** A filter from an address or a saved view; anything that is none is everything. */
export function read(text) {
  try {
    const told = typeof text === "string" ? JSON.parse(text) : text;
    if (isGroup(told)) return told;
    return told?.field ? { all: [told] } : EVERYTHING;
  } catch {
    return EVERYTHING;
  }
}

export const write = (filter) => (isEmpty(filter) ? "" : JSON.stringify(filter));

// Changes by path: the positions of parts from the outermost group inwards.

export function replaced(filter, path, part) {
  if (path.length === 0) return part;
  const [at, ...rest] = path;
  const parts = partsOf(filter).map((one, i) => (i === at ? replaced(one, rest, part) : one));
  return { [jointOf(filter)]: parts };
}

export function without(filter, path) {
  const [at, ...rest] = path;
  const parts =
    rest.length === 0
      ? partsOf(filter).filter((_, i) => i !== at)
      : partsOf(filter).map((one, i) => (i === at ? without(one, rest) : one));
  return { [jointOf(filter)]: parts };
}

export const added = (group, part) => ({ [jointOf(group)]: [...partsOf(group), part] });
export const joined = (group, joint) => ({ [joint]: partsOf(group) });
export const canNest = (path) => path.length < DEEPEST - 1;

/** The conditions of a filter that is a plain list of them, for chips; null for one with groups. */
export function flat(filter) {
  if (jointOf(filter) !== "all") return null;
  const parts = partsOf(filter);
  return parts.some(isGroup) ? null : parts;
}
