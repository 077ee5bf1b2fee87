// The call under way: where it is, and for how long.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { Icon, Waiting } from "../../shared/kit/index.js";

const ICONS = { bot: "bot", holding: "circle-pause", talking: "phone-call" };

export function CallBar({ call, mine }) {
  const since = call.state === "talking" ? (call.answered_at ?? call.started_at) : call.started_at;
  return html`<section class="call-bar ${call.state}" aria-label=${t("call.label")}>
    <span class="call-pulse">
      <${Icon} name=${ICONS[call.state] ?? "phone"} size=${18} />
    </span>
    <div>
      <strong role="status">${t(`call.state.${call.state}`)}</strong>
      <span>${phone(call.from_number)}</span>
    </div>
    ${mine && call.state === "holding" && html`<span class="call-hint">${t("call.rings")}</span>`}
    <span class="call-clock">
      <${Waiting} since=${since} precise />
    </span>
  </section>`;
}
