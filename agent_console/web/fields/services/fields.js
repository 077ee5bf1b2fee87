// The fields of the customer file and the sources of its values, as CRM staff defined them.

import { computed } from "@preact/signals";
import * as api from "../../shared/services/api.js";
import { collection } from "../../shared/services/entities.js";
import { language } from "../../shared/services/preferences.js";
import { word } from "../../shared/i18n/index.js";
import { ordered } from "../models/values.js";

export const fields = collection("field", "/fields");
export const sources = collection("source", "/sources");

export const inOrder = computed(() => ordered(fields.all.value));
const byKey = computed(() => new Map(fields.all.value.map((field) => [field.key, field])));
const sourceByKey = computed(() => new Map(sources.all.value.map((source) => [source.key, source])));

export const fieldByKey = (key) => byKey.value.get(key);

/** What a field or a source is called in the reader's language. */
export const labelOf = (one) => (language.value === "en" && one.english) || one.name;

export function sourceName(key) {
  const source = sourceByKey.value.get(key);
  return source ? labelOf(source) : word("source", key);
}

export const readModel = () => Promise.all([fields.read(), sources.read()]);

/** Writes one value; throws the refusal. `was` is what the reader saw there. */
export const writeValue = (partyId, field, value, was) =>
  api.patch(`/parties/${encodeURIComponent(partyId)}`, {
    facts: [was === undefined ? { field, value } : { field, value, was }],
  });

export const findPeople = (q) => api.get("/parties", { q, limit: 6 }).then((answer) => answer.items);
