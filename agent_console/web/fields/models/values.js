// Values of typed fields: how they are shown, what an editor begins with, and what is sent.

export const ordered = (fields) =>
  [...fields].sort((one, other) => one.position - other.position || (one.key < other.key ? -1 : 1));

/** The fields of a family that a customer of this kind may have, in their order. */
export const fieldsOf = (fields, family, kind) =>
  ordered(fields).filter(
    (field) => field.family === family && !field.hidden && (!field.party_kind || field.party_kind === kind),
  );

/** Is there nothing? An emptied field has the value null. */
export const isEmpty = (value) =>
  value === null || value === undefined || value === "" || value?.length === 0;

/**
 * A value as people read it. `say` {number, date, money, word, yes, no} writes in the reader's language,
 * `people` are names by id.
 */
export function shownValue(field, value, say, people = {}) {
  if (isEmpty(value)) return "";
  switch (field?.type) {
    case "number":
      return say.number(value);
    case "money":
      return say.money(value);
    case "date":
      return say.date(value);
    case "yes_no":
      return value ? say.yes : say.no;
    case "choice":
      return say.word(field.key, value);
    case "choices":
      return value.map((one) => say.word(field.key, one)).join(", ");
    case "person":
      return people[value] ?? value;
    default:
      return plain(value, say);
  }
}

/** A value whose field nobody defined. */
function plain(value, say) {
  if (Array.isArray(value)) return value.map((one) => plain(one, say)).join(", ");
  if (typeof value === "boolean") return value ? say.yes : say.no;
  if (typeof value === "object") return Object.values(value).join(" ");
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? say.date(value) : String(value);
}

/** What an input begins with. */
export function editable(field, value) {
  if (isEmpty(value)) return field.type === "choices" ? [] : "";
  if (field.type === "money") return `${value.amount} ${value.currency}`;
  if (field.type === "yes_no") return value ? "true" : "false";
  return field.type === "choices" ? value : String(value);
}

/** What is sent of what was typed: null empties the field. */
export function sendable(field, typed) {
  if (Array.isArray(typed)) return typed.length ? typed : null;
  const text = String(typed).trim();
  if (!text) return null;
  return field.type === "yes_no" ? text === "true" : text;
}

/** Which words say what the field wants, after the server refused a value: {key, values}. */
export function wanted(field, told = {}) {
  if (told.least !== undefined) return { key: "least", values: { least: told.least } };
  if (told.most !== undefined) return { key: "most", values: { most: told.most } };
  if (told.longest !== undefined) return { key: "longest", values: { longest: told.longest } };
  if (told.pattern) return { key: "pattern", values: { pattern: told.pattern } };
  return { key: field.type, values: {} };
}
