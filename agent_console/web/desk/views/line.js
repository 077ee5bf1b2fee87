// One line of the thread: a message, a call, a note.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { known, t, word } from "../../shared/i18n/index.js";
import { bytes, duration, moment, percent, time } from "../../shared/i18n/format.js";
import { handoverOf } from "../models/handover.js";
import { linked } from "../models/timeline.js";
import { isFailed } from "../../shared/models/words.js";
import * as api from "../../shared/services/api.js";
import { Handover } from "./handover.js";
import { Avatar, Button, Icon, still, Tag } from "../../shared/kit/index.js";
import { resend } from "../services/actions.js";
import { userNames } from "../services/desk.js";
import { me } from "../../shared/services/session.js";

export const Line = still(function Line({ exchange: e, follows, customer }) {
  if (e.kind === "note") return html`<${Note} exchange=${e} />`;
  if (e.kind === "call" || e.kind === "voicemail") return html`<${CallLine} exchange=${e} />`;
  const side = e.direction === "outbound" ? "out" : "in";
  const name = nameOf(e, customer);
  return html`<li class="line-row ${side} by-${e.author} ${follows ? "follows" : ""}">
    <${Avatar}
      name=${e.author === "agent" ? (userNames.value.get(e.author_ref) ?? name) : name}
      kind=${e.author}
    />
    <div class="bubble-column">
      <p class=${follows ? "visually-hidden" : "line-author"}>
        <b>${name}</b>
        ${e.author === "bot" && html`<${Understood} meta=${e.meta} />`}
        <time datetime=${e.occurred_at} title=${moment(e.occurred_at)}>${time(e.occurred_at)}</time>
      </p>
      <div class="bubble">
        <${Subject} meta=${e.meta} />
        <${Words} text=${e.text} />
        <${Quoted} text=${e.meta?.quoted} />
        <${Attachments} files=${e.attachments} />
        ${e.has_html && html`<${AsSent} exchange=${e} />`}
      </div>
      <${Consent} given=${e.meta?.consent} />
      ${e.direction === "outbound" && e.delivery && html`<${Delivery} delivery=${e.delivery} />`}
    </div>
  </li>`;
});

function nameOf({ author, author_ref: ref, meta }, customer) {
  if (author === "customer") return meta?.author_name || customer; // of several people, who wrote this
  if (author === "agent")
    return ref === me.value ? t("author.me") : (userNames.value.get(ref) ?? t("handler.agent"));
  if (author === "bot") return meta?.bot_name ?? t("author.bot");
  return t("author.system");
}

/** What the bot took the customer's words for, and how sure it was. */
function Understood({ meta }) {
  const intent = meta?.intent?.name ?? meta?.intent;
  const confidence = meta?.confidence ?? meta?.intent?.confidence;
  return html`<${Tag} kind="bot" icon="bot" title=${t("bot.understood")}>
    ${meta?.out_of_scope ? t("intent.out_of_scope") : intent ? word("intent", intent) : t("author.bot")}
    ${typeof confidence === "number" ? ` · ${percent(confidence)}` : ""}
  <//>`;
}

function Subject({ meta }) {
  return meta?.subject ? html`<p class="line-subject">${meta.subject}</p>` : null;
}

/** By this message the customer stopped ours, or wants them again. */
function Consent({ given }) {
  if (given === "refused")
    return html`<p>
      <${Tag} kind="danger" icon="bell-off">${t("consent.refused")}<//>
    </p>`;
  if (given === "unsure")
    return html`<p>
      <${Tag} kind="warning" icon="bell">${t("consent.unsure")}<//>
    </p>`;
  if (given === "granted")
    return html`<p>
      <${Tag} kind="success" icon="bell">${t("consent.granted")}<//>
    </p>`;
  return null;
}

function Words({ text }) {
  if (!text) return null;
  return html`<div class="words">
    ${linked(text).map((part) =>
      part.href
        ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>`
        : part.text,
    )}
  </div>`;
}

function Quoted({ text }) {
  if (!text) return null;
  return html`<details class="quoted">
    <summary aria-label=${t("line.quoted")} title=${t("line.quoted")}>
      <${Icon} name="ellipsis" />
    </summary>
    <div class="words">${text}</div>
  </details>`;
}

/** The e-mail as its author laid it out, in a frame that runs nothing and reaches nothing. */
function AsSent({ exchange }) {
  const open = useSignal(false);
  return html`<div class="as-sent">
    <${Button}
      small
      kind="ghost"
      icon=${open.value ? "eye-off" : "eye"}
      aria-expanded=${open.value}
      onClick=${() => (open.value = !open.value)}
    >${t(open.value ? "line.as_text" : "line.as_sent")}<//>
    ${
      open.value &&
      html`<iframe
        sandbox=""
        loading="lazy"
        referrerpolicy="no-referrer"
        title=${t("line.as_sent")}
        src=${api.htmlUrl(exchange.id)}
      ></iframe>`
    }
  </div>`;
}

function Attachments({ files }) {
  if (!files?.length) return null;
  return html`<ul class="attachments">
    ${files.map(
      (file) => html`<li key=${file.id}>
        <a href=${api.attachmentUrl(file.id)} target="_blank" rel="noopener">
          <${Icon} name=${file.content_type.startsWith("image/") ? "eye" : "file-text"} />
          <span class="truncate">${file.name}</span>
          <small>${bytes(file.size)}</small>
        </a>
      </li>`,
    )}
  </ul>`;
}

const DELIVERY_ICONS = {
  queued: "clock",
  sent: "check",
  delivered: "check-check",
  read: "check-check",
  failed: "circle-alert",
  bounced: "circle-alert",
};

function Delivery({ delivery }) {
  const busy = useSignal(false);
  const failed = isFailed(delivery);
  const several = delivery.also_to?.length > 0 || delivery.cc?.length > 0;
  const again = async () => {
    busy.value = true;
    await resend(delivery);
    busy.value = false;
  };
  return html`
    ${several && html`<${Sent} delivery=${delivery} />`}
    <p
      class="delivery ${delivery.state}"
      title=${`${moment(delivery.updated_at)}${delivery.recipient ? ` → ${delivery.recipient}` : ""}`}
    >
      <${Icon} name=${DELIVERY_ICONS[delivery.state]} size=${13} />
      <span>
        ${
          delivery.reason && (failed || several)
            ? t("delivery.because", {
                state: t(`delivery.${delivery.state}`),
                reason: inWords(delivery.reason),
              })
            : t(`delivery.${delivery.state}`)
        }
      </span>
      ${
        failed &&
        html`<${Button} small icon="rotate-ccw" disabled=${busy.value} onClick=${again}>
          ${t("delivery.resend")}
        <//>`
      }
    </p>
  `;
}

function Sent({ delivery }) {
  const to = `${t("recipients.to")} ${[delivery.recipient, ...delivery.also_to].join(", ")}`;
  const cc = delivery.cc.length > 0 ? ` · ${t("recipients.cc")} ${delivery.cc.join(", ")}` : "";
  return html`<p class="delivery sent-to">${to}${cc}</p>`;
}

/**
 * The provider's code in words, where we have them; it stays beside, to look it up. What a mail server says
 * is its own.
 */
function inWords(reason) {
  const code = CODE.exec(reason)?.[1];
  return code && known("provider", code) ? `${word("provider", code)} (${code})` : reason;
}

const CODE = /\((\d{5})\)$/;

function Note({ exchange: e }) {
  const who = e.author === "agent" ? nameOf(e) : word("author", e.author);
  const facts = handoverOf(e);
  return html`<li class="note-row">
    <div class="note-card">
      <p class="line-author">
        <${Icon} name="sticky-note" size=${14} />
        <b>${t(e.meta?.handover ? "line.handover" : "line.note")}</b>
        <span>${who}</span>
        <time datetime=${e.occurred_at} title=${moment(e.occurred_at)}>${time(e.occurred_at)}</time>
      </p>
      ${facts ? html`<${Handover} facts=${facts} said />` : html`<${Words} text=${e.text} />`}
    </div>
  </li>`;
}

function CallLine({ exchange: e }) {
  const seconds = e.meta?.duration ?? e.meta?.seconds;
  const icon =
    e.kind === "voicemail" ? "voicemail" : e.direction === "outbound" ? "phone-outgoing" : "phone-incoming";
  return html`<li class="call-row">
    <${Icon} name=${icon} />
    <b>${t(e.kind === "voicemail" ? "line.voicemail" : "line.call")}</b>
    ${e.text && html`<span>${e.text}</span>`}
    ${typeof seconds === "number" && html`<span class="number">${duration(seconds)}</span>`}
    <time datetime=${e.occurred_at} title=${moment(e.occurred_at)}>${time(e.occurred_at)}</time>
  </li>`;
}
