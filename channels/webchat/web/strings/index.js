// The widget's words in the visitor's language.
import { en } from "./en.js";
import { fr } from "./fr.js";

export const catalogues = { en, fr };

export function speaker(language) {
  const words = catalogues[language] ?? en;
  return (name, values = {}) => words[name].replace(/\{(\w+)\}/g, (_, value) => values[value] ?? "");
}

/** The first of the wished languages that we speak. */
export function choose(...wished) {
  const primary = wished.filter(Boolean).map((tag) => tag.toLowerCase().split("-")[0]);
  return primary.find((language) => language in catalogues) ?? "en";
}
