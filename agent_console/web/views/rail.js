// The way between the pages.

import { html } from "htm/preact";
import { t } from "../i18n/index.js";
import { page, route } from "../services/route.js";
import { roles, supervises } from "../services/session.js";
import { Icon } from "./kit.js";

const PAGES = [
  { name: "desk", href: "#/", icon: "inbox", for: () => ["agent", "supervisor", "crm", "admin"].some((role) => roles.value.has(role)) },
  { name: "wall", href: "#/wall", icon: "layout-dashboard", for: () => supervises.value },
  { name: "set-aside", href: "#/set-aside", icon: "triangle-alert", for: () => supervises.value },
  { name: "admin", href: "#/admin", icon: "sliders-horizontal", for: () => supervises.value || roles.value.has("admin") },
];

let lastConversation = null;

export function Rail() {
  if (page.value === "desk" && route.value.id) lastConversation = location.hash;
  const href = (p) => (p.name === "desk" && page.value !== "desk" && lastConversation ? lastConversation : p.href);
  return html`<nav class="rail" aria-label=${t("nav.label")}>
    ${PAGES.filter((p) => p.for()).map(
      (p) => html`<a href=${href(p)} aria-current=${page.value === p.name ? "page" : undefined}>
        <${Icon} name=${p.icon} size=${20} /><span>${t(`nav.${p.name}`)}</span>
      </a>`,
    )}
  </nav>`;
}
