// The screen pop: who it is, what they want, why it came to me, and how long I have.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { left, running } from "../../shared/models/clock.js";
import { OFFER_SECONDS } from "../../shared/models/words.js";
import { Handover } from "./handover.js";
import { Avatar, Button, ChannelIcon, Icon, Tag, Waiting } from "../../shared/kit/index.js";
import * as desk from "../services/desk.js";
import { accept, decline } from "../services/actions.js";
import { second } from "../../shared/services/clock.js";

export function Offer({ offer }) {
  const { item, pop } = offer;
  const busy = useSignal(false);
  const conversation = pop?.conversation ?? {};
  const name = phone(conversation.party_name ?? pop?.party?.name) ?? t("customer.unknown");
  const act = (command) => async () => {
    busy.value = true;
    await command(offer);
    busy.value = false;
  };
  const queue = desk.queueNames.value.get(item.queue_id);
  return html`<article class="offer offer-${item.channel}" aria-label=${t("offer.label", { who: name })}>
    <header>
      <span class="offer-kind">
        <${ChannelIcon} channel=${item.channel} quiet />
        ${" "}${t(`offer.kind.${item.channel}`)}
      </span>
      <${Ring} item=${item} offeredAt=${pop?.offered_at} />
    </header>
    <div class="offer-who">
      <${Avatar} name=${name} size="large" />
      <div>
        <strong>${name}</strong>
        <span>
          ${queue ?? ""}${queue ? " · " : ""}${t("offer.waiting")}${" "}
          <${Waiting} since=${item.queued_at} precise target=${targetOf(item)} />
        </span>
      </div>
    </div>
    <blockquote class="offer-words">
      <p>${pop?.last_words || conversation.preview || t("worklist.no_text")}</p>
    </blockquote>
    <${Summary} pop=${pop} />
    <p class="offer-tags">
      ${
        pop?.earlier_conversations === 0
          ? html`<${Tag} icon="sparkles">${t("offer.new_customer")}<//>`
          : html`<${Tag} icon="history">
            ${t("offer.earlier", { count: pop?.earlier_conversations ?? 0 })}
          <//>`
      }
      ${pop?.language && html`<${Tag} icon="languages">${word("language", pop.language)}<//>`}
    </p>
    <p class="offer-why">
      <${Icon} name="info" size=${14} />
      ${" "}${whyMe(pop)}
    </p>
    <div class="offer-actions">
      <${Button}
        kind="primary"
        icon=${item.channel === "voice" ? "phone" : "check"}
        shortcut="A"
        disabled=${busy.value}
        onClick=${act(accept)}
      >${t("offer.accept")}<//>
      <${Button} shortcut="D" disabled=${busy.value} onClick=${act(decline)}>${t("offer.decline")}<//>
    </div>
  </article>`;
}

/** What the bot, or the colleague before, left; a bot's last quotes are the words above. */
function Summary({ pop }) {
  if (pop?.handover)
    return html`<div class="offer-summary">
      <${Handover} facts=${pop.handover} />
    </div>`;
  return pop?.summary
    ? html`<div class="offer-summary">
      <p>
        <${Icon} name="sticky-note" size=${14} />
        ${" "}${pop.summary}
      </p>
    </div>`
    : null;
}

const whyMe = (pop) => word("offer.why", pop?.why?.rule ?? "longest_idle");

const targetOf = (item) => desk.queues.value.find((q) => q.id === item.queue_id)?.target_seconds;

const LENGTH = 2 * Math.PI * 15;

/** The ring is drawn by CSS alone from where it stands now; the number follows each second. */
function Ring({ item, offeredAt }) {
  const given = (Date.parse(item.offer_deadline) - Date.parse(offeredAt)) / 1000;
  const total = given > 0 ? given : (OFFER_SECONDS[item.channel] ?? 30);
  const rest = useComputed(() => left(item.offer_deadline, total, second.value));
  const seconds = useComputed(() =>
    rest.value.seconds > 99 ? running(rest.value.seconds) : rest.value.seconds,
  );
  const offset = useComputed(() => LENGTH * (1 - rest.value.part));
  const late = useComputed(() => (rest.value.seconds <= 5 ? "ring late" : "ring"));
  return html`<span class=${late} role="timer" aria-label=${t("offer.left")}>
    <svg viewBox="0 0 36 36" width="36" height="36" aria-hidden="true">
      <circle cx="18" cy="18" r="15" class="ring-rest" />
      <circle
        cx="18"
        cy="18"
        r="15"
        class="ring-left"
        stroke-dasharray=${LENGTH}
        stroke-dashoffset=${offset}
      />
    </svg>
    <span>${seconds}</span>
  </span>`;
}
