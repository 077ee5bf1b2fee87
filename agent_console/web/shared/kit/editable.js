// A value that is changed where it stands: Enter keeps it, Escape leaves it as it was.
// `onSave` is told what stood there when the writing began, too.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n/index.js";
import { Icon } from "./icon.js";

export function Editable({ value, shown = value, label, hint, onSave }) {
  const editing = useSignal(false);
  const input = useRef(null);
  const seen = useRef(value); // when the writing began
  const button = useRef(null);
  useEffect(() => {
    if (editing.value) input.current?.select();
  }, [editing.value]);
  const leave = () => {
    editing.value = false;
    requestAnimationFrame(() => button.current?.focus());
  };
  const keep = async () => {
    const written = input.current.value.trim();
    if (!written || written === seen.current || (await onSave(written, seen.current))) leave();
  };
  const keys = (event) => {
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      keep();
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      leave();
    }
  };
  if (editing.value) {
    return html`<input
      class="editing"
      ref=${input}
      defaultValue=${value}
      aria-label=${label}
      onKeyDown=${keys}
      onBlur=${() => editing.value && keep()}
      autofocus
    />`;
  }
  return html`<button
    type="button"
    class="editable"
    ref=${button}
    aria-label=${t("editable.label", { label, value: shown })}
    aria-description=${hint}
    onClick=${() => {
      seen.current = value;
      editing.value = true;
    }}
  >
    <span>${shown}</span>
    <${Icon} name="pencil" size=${12} />
  </button>`;
}
