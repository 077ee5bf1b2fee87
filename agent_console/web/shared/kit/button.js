// Buttons, with text or an icon alone.

import { html } from "htm/preact";
import { Icon } from "./icon.js";

export function Button({ icon, children, kind = "plain", small, label, shortcut, ...rest }) {
  const classes = `button ${kind} ${small ? "small" : ""} ${children ? "" : "icon-only"}`;
  return html`<button
    type="button"
    class=${classes}
    aria-label=${label}
    title=${label ? titled(label, shortcut) : undefined}
    aria-keyshortcuts=${shortcut}
    ...${rest}
  >
    ${icon && html`<${Icon} name=${icon} />`}
    ${children && html`<span>${children}</span>`}
    ${children && shortcut && html`<kbd aria-hidden="true">${shortcut}</kbd>`}
  </button>`;
}

const titled = (label, shortcut) => (shortcut ? `${label} (${shortcut})` : label);
