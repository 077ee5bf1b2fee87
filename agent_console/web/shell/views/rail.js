// The way between the pages.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { Icon } from "../../shared/kit/index.js";
import { railOpen } from "../../shared/services/preferences.js";
import { page, route } from "../../shared/services/route.js";
import { places } from "../services/places.js";

const last = {}; // where one was in each place, to come back to it

export function Rail() {
  if (page.value) last[page.value] = location.hash;
  const address = (name) => (page.value === name ? `#/${name}` : (last[name] ?? `#/${name}`));
  const open = railOpen.value;
  return html`<nav class="rail ${open ? "open" : ""}" aria-label=${t("nav.label")}>
    ${places.value.map(
      (place) => html`<a
        key=${place.name}
        href=${route.value && address(place.name)}
        aria-current=${page.value === place.name ? "page" : undefined}
        aria-keyshortcuts=${`g ${place.key}`}
        title=${`${t(`nav.${place.name}`)} (G ${place.key.toUpperCase()})`}
      >
        <${Icon} name=${place.icon} size=${20} />
        <span>${t(`nav.${place.name}`)}</span>
      </a>`,
    )}
    <button
      type="button"
      class="rail-toggle"
      aria-expanded=${open}
      aria-label=${t(open ? "nav.collapse" : "nav.expand")}
      title=${t(open ? "nav.collapse" : "nav.expand")}
      onClick=${() => (railOpen.value = !open)}
    >
      <${Icon} name=${open ? "chevrons-left" : "chevrons-right"} size=${18} />
    </button>
  </nav>`;
}
