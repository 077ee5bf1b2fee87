// Small labels.

import { html } from "htm/preact";
import { Icon } from "./icon.js";

export const Tag = ({ kind = "", icon, children, title }) =>
  html`<span class="tag ${kind}" title=${title}>
    ${icon && html`<${Icon} name=${icon} size=${12} />`}
    ${children}
  </span>`;
