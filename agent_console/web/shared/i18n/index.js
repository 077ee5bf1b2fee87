// The words on screen, in the language chosen.

import { language } from "../services/preferences.js";
import en from "../strings/en.js";
import fr from "../strings/fr.js";

const CATALOGUES = { fr: { ...fr }, en: { ...en } };
export const LANGUAGES = Object.keys(CATALOGUES);

const plurals = { fr: new Intl.PluralRules("fr"), en: new Intl.PluralRules("en") };

/** Adds a page's words, {language: {key: text}}, before the page is drawn. */
export function addWords(words) {
  for (const [code, texts] of Object.entries(words)) Object.assign(CATALOGUES[code], texts);
}

/** The text of `key`, its {placeholders} filled. A text with plural forms chooses by `count`. */
export function t(key, values = {}) {
  const code = language.value;
  const text = CATALOGUES[code][key];
  if (text === undefined) return key;
  const form =
    typeof text === "string" ? text : (text[plurals[code].select(values.count ?? 0)] ?? text.other);
  return form.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Whether the catalogue has a text for this word. */
export const known = (family, value) => `${family}.${value}` in CATALOGUES[language.value];

/** The text of a word the server may have more of than we know: itself, made readable, when we don't. */
export function word(family, value) {
  const key = `${family}.${value}`;
  return CATALOGUES[language.value][key] ?? String(value ?? "").replaceAll("_", " ");
}
