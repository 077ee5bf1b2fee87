// The way between the pages.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { page, route } from "../../shared/services/route.js";
import { Icon } from "../../shared/kit/index.js";
import { roles, supervises } from "../../shared/services/session.js";

const PAGES = [
  {
    name: "desk",
    href: "#/",
    icon: "inbox",
    for: () => ["agent", "supervisor", "crm", "admin"].some((role) => roles.value.has(role)),
  },
  { name: "live", href: "#/live", icon: "layout-dashboard", for: () => supervises.value },
  { name: "set-aside", href: "#/set-aside", icon: "triangle-alert", for: () => supervises.value },
  {
    name: "admin",
    href: "#/admin",
    icon: "sliders-horizontal",
    for: () => supervises.value || roles.value.has("admin"),
  },
];

let lastConversation = null;

export function Rail() {
  if (page.value === "desk" && route.value.id) lastConversation = location.hash;
  const href = (p) =>
    p.name === "desk" && page.value !== "desk" && lastConversation ? lastConversation : p.href;
  return html`<nav class="rail" aria-label=${t("nav.label")}>
    ${PAGES.filter((p) => p.for()).map(
      (p) => html`<a href=${href(p)} aria-current=${page.value === p.name ? "page" : undefined}>
        <${Icon} name=${p.icon} size=${20} />
        <span>${t(`nav.${p.name}`)}</span>
      </a>`,
    )}
  </nav>`;
}
