// The agent's three panes.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { customerPane } from "../../shared/services/preferences.js";
import { selectedId } from "../../shared/services/route.js";
import { Conversation } from "./conversation.js";
import { Customer } from "../../customers/index.js";
import { Empty } from "../../shared/kit/index.js";
import { Worklist } from "./worklist.js";
import { becomeAvailable } from "../services/actions.js";
import { details, mineById, myConversations, offers } from "../services/desk.js";

export function Desk() {
  const id = selectedId.value;
  const offered = id ? null : offers.value[0]; // its customer's file pops with it
  const partyId = id ? details.value.byId[id]?.conversation.party_id : offered?.pop?.conversation?.party_id;
  return html`<div class="desk ${customerPane.value && partyId ? "" : "no-customer"}">
    <section class="pane worklist" aria-label=${t("worklist.label")}>
      <${Worklist} />
    </section>
    <main class="pane middle" id="main" tabindex="-1">
      ${id ? html`<${Conversation} key=${id} id=${id} />` : html`<${Nothing} />`}
    </main>
    ${
      customerPane.value &&
      partyId &&
      html`<aside class="pane customer-pane" aria-label=${t("customer.label")}>
        <${Customer}
          key=${partyId}
          id=${partyId}
          conversationId=${id ?? offered?.item.conversation_id}
          latest=${mineById.value}
        />
      </aside>`
    }
  </div>`;
}

function Nothing() {
  const count = myConversations.value.length;
  if (offers.value.length > 0) {
    return html`
      <h1 class="visually-hidden">${t("worklist.label")}</h1>
      <${Empty} icon="bell" title=${t("desk.offered")}>${t("desk.offered_hint")}<//>
    `;
  }
  return html`
    <h1 class="visually-hidden">${t("worklist.label")}</h1>
    <${Empty}
      icon="messages-square"
      title=${t(count ? "desk.choose" : "desk.calm")}
      action=${count ? null : becomeAvailable()}
    >${t(count ? "desk.choose_hint" : "desk.calm_hint")}<//>
  `;
}
