// Forms that are begun and not sent: kept over a closed window, another page and a reload of this tab.

import { signal } from "@preact/signals";
import * as api from "./api.js";
import { listen } from "./stream.js";

const NAME = "filrouge.forms";
/** {key: values} */
export const drafts = signal(restore());
/** The server's schemas by name, once read */
export const schemas = signal(null);

function restore() {
  try {
    return JSON.parse(sessionStorage.getItem(NAME) ?? "{}");
  } catch {
    return {};
  }
}

function keep(all) {
  drafts.value = all;
  try {
    sessionStorage.setItem(NAME, JSON.stringify(all));
  } catch {
    // Forbidden storage: the form lasts as long as the page.
  }
}

export const keepDraft = (key, values) => keep({ ...drafts.peek(), [key]: values });

export function dropDraft(key) {
  const { [key]: _, ...rest } = drafts.peek();
  keep(rest);
}

let reading = null;

/** Reads what the server takes, once. */
export function readSchemas() {
  if (schemas.peek()) return Promise.resolve(schemas.peek());
  reading ??= api
    .document()
    .then((told) => (schemas.value = told.components.schemas))
    .finally(() => (reading = null));
  return reading;
}

listen({ left: () => keep({}) });
