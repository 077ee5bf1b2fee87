// Icons, by their names in `scripts/icons.txt`.

import { html } from "htm/preact";
import { icons } from "lucide";

export function Icon({ name, size = 16, label }) {
  const hidden = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return html`<svg
    class="icon"
    width=${size}
    height=${size}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    focusable="false"
    ...${hidden}
  >
    ${(icons[name] ?? []).map(([tag, attributes]) => html`<${tag} ...${attributes} />`)}
  </svg>`;
}
