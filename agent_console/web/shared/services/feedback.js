// How the console answers people: toasts, dialogs, and errors in words they can act on.

import { signal } from "@preact/signals";
import { known, t } from "../i18n/index.js";
import { online } from "./session.js";

/** [{id, text, kind, action: {label, run} | null}] */
export const toasts = signal([]);
/** Which dialog is open: {name, …} or null */
export const dialog = signal(null);

let toastId = 0;

export function toast(text, { kind = "info", action = null, seconds = 5 } = {}) {
  const id = ++toastId;
  toasts.value = [...toasts.value.slice(-3), { id, text, kind, action }];
  setTimeout(() => dismiss(id), (action ? 10 : seconds) * 1000);
  return id;
}

export function dismiss(id) {
  toasts.value = toasts.value.filter((shown) => shown.id !== id);
}

/** Words for an error the reader can act on. */
export function explain(error) {
  if (error.code === "wrong_state" && error.details?.[0]?.what === "agent") return t("error.off_duty");
  if (error.code === "bot_files_invalid" && error.details?.[0]) {
    const { file, problem } = error.details[0]; // the reader of YAML says where, in its own words
    return `${t("error.bot_files_invalid")} ${file}: ${problem}`;
  }
  return known("error", error.code) ? t(`error.${error.code}`) : error.message || t("error.other");
}

/** Runs a command; a refusal becomes a toast. Answers what it answered, or undefined. */
export async function attempt(command) {
  if (!online.peek()) {
    toast(t("error.offline"), { kind: "warning" });
    return undefined;
  }
  try {
    return (await command()) ?? null;
  } catch (error) {
    toast(explain(error), { kind: "danger" });
    return undefined;
  }
}
