// What is shown where there is nothing, or nothing yet.

import { html } from "htm/preact";
import { t } from "../i18n/index.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

/** `action` {label, icon, run}: the next step, as a button. */
export function Empty({ icon, title, children, action }) {
  return html`<div class="empty">
    <span class="empty-icon">
      <${Icon} name=${icon} size=${24} />
    </span>
    <p class="empty-title">${title}</p>
    ${children && html`<div class="empty-text">${children}</div>`}
    ${action && html`<${Next} ...${action} />`}
  </div>`;
}

const Next = ({ icon, label, run }) =>
  html`<${Button} kind="primary" icon=${icon} onClick=${run}>${label}<//>`;

export function Loading({ rows = 4 }) {
  return html`<div class="skeleton" role="status">
    <span class="visually-hidden">${t("app.loading")}</span>
    ${Array.from({ length: rows }, () => html`<span class="bone"></span>`)}
  </div>`;
}
