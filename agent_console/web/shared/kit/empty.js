// What is shown where there is nothing, or nothing yet.

import { html } from "htm/preact";
import { t } from "../i18n/index.js";
import { Icon } from "./icon.js";

export function Empty({ icon, title, children }) {
  return html`<div class="empty">
    <span class="empty-icon">
      <${Icon} name=${icon} size=${24} />
    </span>
    <p class="empty-title">${title}</p>
    ${children && html`<p>${children}</p>`}
  </div>`;
}

export function Loading({ rows = 4 }) {
  return html`<div class="skeleton" role="status">
    <span class="visually-hidden">${t("app.loading")}</span>
    ${Array.from({ length: rows }, () => html`<span class="bone"></span>`)}
  </div>`;
}
