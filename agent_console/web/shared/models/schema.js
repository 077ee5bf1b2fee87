// Forms from the server's own description of what it takes (JSON Schema, as pydantic writes it).

/** The fields of an object's schema, in order: {name, kind, required, choices, min, max, ...}. */
export function fieldsOf(schema, definitions = {}) {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, told]) => ({
    name,
    required: required.has(name),
    ...shape(told, definitions),
  }));
}

function shape(told, definitions) {
  const part = plain(told, definitions);
  const common = { default: told.default ?? part.default, description: told.description ?? part.description };
  if (part.enum) return { ...common, kind: "choice", choices: part.enum };
  if (part.type === "array") {
    const item = plain(part.items ?? {}, definitions);
    const limits = { least: part.minItems ?? 0, most: part.maxItems };
    return { ...common, ...limits, kind: item.enum ? "choices" : "list", choices: item.enum };
  }
  if (part.type === "boolean") return { ...common, kind: "yes_no" };
  if (part.type === "integer" || part.type === "number") {
    const whole = part.type === "integer";
    return { ...common, kind: "number", whole, min: part.minimum, max: part.maximum };
  }
  return {
    ...common,
    kind: part.format === "date" ? "date" : part.maxLength > 500 ? "long_text" : "text",
    format: part.format,
    pattern: part.pattern,
    minLength: part.minLength ?? 0,
    maxLength: part.maxLength,
  };
}

/** Follows references, and leaves "or null" out. */
function plain(told, definitions) {
  if (told.$ref) return plain(definitions[told.$ref.split("/").at(-1)] ?? {}, definitions);
  const some = (told.anyOf ?? told.allOf ?? []).filter((one) => one.type !== "null");
  return some.length === 1 ? plain(some[0], definitions) : told;
}

const EMPTY = { choices: [], list: [], yes_no: false };

/** What a form begins with: the thing's own values, else the schema's defaults. */
export const initial = (fields, thing) =>
  Object.fromEntries(
    fields.map((field) => [field.name, thing?.[field.name] ?? field.default ?? EMPTY[field.kind] ?? ""]),
  );

/** What must be mended before it is sent: {name: {key, values}}. */
export function problemsIn(fields, values) {
  const found = {};
  for (const field of fields) {
    const problem = problemOf(field, values[field.name]);
    if (problem) found[field.name] = problem;
  }
  return found;
}

function problemOf(field, value) {
  const empty =
    value === "" || value === undefined || value === null || (Array.isArray(value) && !value.length);
  if (empty) return field.required || field.least > 0 ? { key: "required" } : null;
  if (field.kind === "number") return numberProblem(field, value);
  if (field.kind === "choice" && !field.choices.includes(value)) return { key: "choice" };
  if (field.most !== undefined && value.length > field.most)
    return { key: "too_many", values: { most: field.most } };
  return typeof value === "string" ? textProblem(field, value.trim()) : null;
}

function numberProblem({ whole, min, max }, value) {
  const number = Number(value);
  if (!Number.isFinite(number) || (whole && !Number.isInteger(number)))
    return { key: whole ? "whole" : "number" };
  if (min !== undefined && number < min) return { key: "least", values: { least: min } };
  if (max !== undefined && number > max) return { key: "most", values: { most: max } };
  return null;
}

function textProblem({ minLength, maxLength, pattern, format }, value) {
  const length = [...value].length;
  if (length < minLength) return { key: minLength > 1 ? "short" : "required", values: { least: minLength } };
  if (maxLength && length > maxLength) return { key: "long", values: { most: maxLength } };
  if (format === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return { key: "email" };
  if (pattern && !matches(pattern, value)) return { key: "pattern" };
  return null;
}

/** A pattern the browser does not know is the server's to judge. */
function matches(pattern, value) {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

/** What is sent: only what was changed when the thing is there already. */
export function bodyOf(fields, values, thing) {
  const body = {};
  for (const field of fields) {
    const value = sent(field, values[field.name]);
    if (value === undefined) {
      const had = thing && (thing[field.name] ?? "") !== "";
      if (had) body[field.name] = typeof thing[field.name] === "string" ? "" : null; // was taken away
      continue;
    }
    if (!thing || JSON.stringify(value) !== JSON.stringify(thing[field.name])) body[field.name] = value;
  }
  return body;
}

function sent(field, value) {
  if (field.kind === "number") return value === "" ? undefined : Number(value);
  if (typeof value === "string") return value.trim() === "" && !field.required ? undefined : value.trim();
  return value;
}

/** Where a refusal of the server belongs: {name: {key, values}}; empty when it is about no field. */
export function refused(error, fields) {
  const names = new Set(fields.map((field) => field.name));
  if (error.code === "name_taken" && names.has("name")) return { name: { key: "name_taken" } };
  const found = {};
  for (const { field } of error.details ?? []) {
    const name = /^body\.([a-z_]+)/.exec(field ?? "")?.[1];
    if (names.has(name)) found[name] = { key: "refused" };
  }
  return found;
}
