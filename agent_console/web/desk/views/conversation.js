// The middle pane: one conversation across channels, and the answer to it.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { customerPane } from "../../shared/services/preferences.js";
import { CallBar } from "./call_bar.js";
import { Composer } from "./composer.js";
import { Avatar, Button, ChannelIcon, Empty, Icon, Loading, Tag } from "../../shared/kit/index.js";
import { Timeline } from "./timeline.js";
import { holderOf } from "./worklist.js";
import * as desk from "../services/desk.js";
import { TagChips, TagEditor } from "../../tags/index.js";
import { can } from "../../shared/services/session.js";
import * as session from "../../shared/services/session.js";
import { isMine, tagged, take } from "../services/actions.js";
import { dialog, explain } from "../../shared/services/feedback.js";

export function Conversation({ id }) {
  const problem = useSignal(null);
  const detail = useComputed(() => desk.details.value.byId[id]);
  const stale = !detail.value || detail.value.stale;
  const read = () =>
    desk.readDetail(id).then(
      () => (problem.value = null),
      (error) => (problem.value = error),
    );
  useEffect(() => {
    if (stale) read();
  }, [stale, session.online.value]);
  if (!detail.value && problem.value) {
    return html`
      <h1 class="visually-hidden">${t("nav.desk")}</h1>
      <${Empty} icon="circle-alert" title=${explain(problem.value)}>
        <${Button} onClick=${read}>${t("action.retry")}<//>
      <//>
    `;
  }
  if (!detail.value)
    return html`
      <h1 class="visually-hidden">${t("app.loading")}</h1>
      <${Loading} rows=${7} />
    `;
  const { conversation } = detail.value;
  const call = desk.calls.value.find((c) => c.conversation_id === id) ?? detail.value.call;
  return html`
    <${Head} conversation=${conversation} />
    ${call && call.state !== "ended" && html`<${CallBar} call=${call} mine=${isMine(conversation)} />`}
    <${TimelineOf} id=${id} detail=${detail} />
    <${Composer} key=${id} conversation=${conversation} party=${conversation.party_id} />
  `;
}

/** Remembers how far was read when the conversation was opened, for the mark before what is new. */
function TimelineOf({ id, detail }) {
  const opened = useSignal(null);
  if (opened.value === null) {
    opened.value = { newAfter: desk.readTo(detail.value) || null };
  }
  return html`<${Timeline} id=${id} detail=${detail.value} newAfter=${opened.value.newAfter} />`;
}

function Head({ conversation: c }) {
  const mine = isMine(c);
  const resolved = c.status === "resolved";
  const show = (name) => () => (dialog.value = { name, conversation: c });
  return html`<header class="conversation-head">
    <div class="conversation-title">
      <h1 title=${phone(c.party_name)}>${phone(c.party_name)}</h1>
      <p>
        <${ChannelIcon} channel=${c.channel} size=${14} />
        <span class="truncate" title=${c.subject}>${c.subject || word("channel", c.channel)}</span>
        <${Status} conversation=${c} />
      </p>
      <${ConversationTags} conversation=${c} />
    </div>
    <${Watchers} id=${c.id} />
    <div class="conversation-actions" role="toolbar" aria-label=${t("conversation.actions")}>
      ${
        !mine &&
        !resolved &&
        html`<${Button} kind="primary" icon="user-check" onClick=${() => take(c)}>${t("action.take")}<//>`
      }
      ${
        mine &&
        html`
          <${Button} icon="arrow-right-left" shortcut="T" onClick=${show("transfer")}>
            ${t("action.transfer")}
          <//>
          <${Button} kind="success" icon="check" shortcut="E" onClick=${show("resolve")}>
            ${t("action.resolve")}
          <//>
        `
      }
      <${Button}
        kind="ghost"
        icon="panel-right"
        label=${t("customer.toggle")}
        aria-pressed=${customerPane.value}
        onClick=${() => (customerPane.value = !customerPane.value)}
      />
    </div>
  </header>`;
}

function ConversationTags({ conversation: c }) {
  if (!can("conversations.write")) return html`<${TagChips} ids=${c.tags} most=${3} />`;
  return html`<${TagEditor}
    what="conversations"
    id=${c.id}
    ids=${c.tags}
    onChanged=${(ids) => tagged(c, ids)}
  />`;
}

function Status({ conversation: c }) {
  const queue = desk.queueNames.value.get(c.queue_id);
  if (c.status === "resolved")
    return html`<${Tag} kind="success" icon="check">
      ${t("status.resolved")}${c.outcome ? ` · ${word("outcome", c.outcome)}` : ""}
    <//>`;
  const holder = isMine(c) ? t("handler.me") : holderOf(c.handler);
  const icon = { agent: "user-round", bot: "bot", queue: "clock" }[c.handler.kind];
  return html`
    <${Tag} kind=${c.handler.kind} icon=${icon}>${holder}<//>
    ${
      queue && c.handler.kind !== "queue"
        ? html`<span class="queue-tag">
          <${Tag} icon="users-round">${queue}<//>
        </span>`
        : ""
    }
  `;
}

function Watchers({ id }) {
  const others = (desk.watchers.value[id] ?? []).filter((w) => w.id !== session.me.value);
  if (others.length === 0) return null;
  const name = (w) => desk.userNames.value.get(w.id) ?? w.name ?? "";
  const typing = others.filter((w) => w.typing);
  const text = typing.length
    ? t("watchers.typing", { names: typing.map(name).join(", ") })
    : t("watchers.viewing", { names: others.map(name).join(", ") });
  return html`<div class="watchers" title=${text}>
    ${others.slice(0, 3).map((w) => html`<${Avatar} key=${w.id} name=${name(w)} size="small" />`)}
    <span class="visually-hidden" role="status">${text}</span>
    ${typing.length > 0 && html`<${Icon} name="pencil" size=${12} />`}
  </div>`;
}
