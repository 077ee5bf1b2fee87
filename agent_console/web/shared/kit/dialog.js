// Dialogs.

import { html } from "htm/preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../i18n/index.js";
import { Button } from "./button.js";

/** A native dialog, open while it is rendered. */
export function Dialog({ title, onClose, children, wide, quiet }) {
  const ref = useRef(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = ref.current;
    shown.showModal();
    return () => {
      shown.close(); // what lies behind takes no focus before
      before?.focus?.();
    };
  }, []);
  const closed = () => ref.current && onClose(); // said too when it is closed by being taken away
  // Else the browser hides it first and says so later: keys pressed in between would find it open, and be
  // lost.
  const left = (event) => {
    if (event.target !== ref.current) return;
    event.preventDefault();
    onClose();
  };
  const outside = (event) => event.target === ref.current && onClose();
  return html`<dialog
    ref=${ref}
    class="dialog ${wide ? "wide" : ""} ${quiet ? "pinned" : ""}"
    aria-labelledby=${id}
    onCancel=${left}
    onClose=${closed}
    onMouseDown=${outside}
  >
    <div class="dialog-body">
      <header class=${quiet ? "visually-hidden" : ""}>
        <h2 id=${id}>${title}</h2>
        ${!quiet && html`<${Button} icon="x" label=${t("action.close")} kind="ghost" onClick=${onClose} />`}
      </header>
      ${children}
    </div>
  </dialog>`;
}
