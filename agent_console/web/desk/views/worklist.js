// My work: what is offered, what I hold, what is left to wrap up; then the lists of the team.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { byWaiting, shown, VIEWS } from "../models/lists.js";
import { linkTo, selectedId } from "../../shared/services/route.js";
import { Button, ChannelIcon, Empty, Icon, Loading, Rows, Waiting, When } from "../../shared/kit/index.js";
import { Offer } from "./offer.js";
import * as desk from "../services/desk.js";
import { wrapUpDone, wrapUpLonger } from "../services/actions.js";
import { TagChips } from "../../tags/index.js";
import { second } from "../../shared/services/clock.js";

const view = { current: null };

export function Worklist() {
  const chosen = useSignal(view.current ?? "mine");
  const choose = (name) => (view.current = chosen.value = name);
  const mine = desk.myConversations.value.length;
  return html`
    ${
      desk.offers.value.length > 0 &&
      html`<div class="offers">
        ${desk.offers.value.map((offer) => html`<${Offer} key=${offer.item.id} offer=${offer} />`)}
      </div>`
    }
    ${desk.wraps.value.map((item) => html`<${WrapUp} key=${item.id} item=${item} />`)}
    <${Views} chosen=${chosen.value} choose=${choose} mine=${mine} />
    <div
      class="view"
      role="tabpanel"
      id="view-panel"
      aria-labelledby=${`view-${chosen.value}`}
      tabindex="-1"
    >
      ${
        chosen.value === "mine"
          ? html`<${Mine} />`
          : html`<${Listed} key=${chosen.value} view=${chosen.value} />`
      }
    </div>
  `;
}

function Views({ chosen, choose, mine }) {
  const keys = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const to = VIEWS[(VIEWS.indexOf(chosen) + by + VIEWS.length) % VIEWS.length];
    choose(to);
    requestAnimationFrame(() => document.getElementById(`view-${to}`)?.focus());
  };
  return html`<div class="tabs" role="tablist" aria-label=${t("worklist.views")} onKeyDown=${keys}>
    ${VIEWS.map(
      (name) => html`<button
        type="button"
        role="tab"
        id=${`view-${name}`}
        aria-selected=${chosen === name}
        aria-controls="view-panel"
        tabindex=${chosen === name ? 0 : -1}
        onClick=${() => choose(name)}
      >
        ${t(`view.${name}`)}
        ${name === "mine" && mine > 0 && html`<span class="count">${mine}</span>`}
      </button>`,
    )}
  </div>`;
}

function Mine() {
  const items = useComputed(() => [...desk.myConversations.value].sort(byWaiting));
  if (items.value.length === 0)
    return html`<${Empty} icon="coffee" title=${t("worklist.empty.mine")}>
      ${t(
        desk.agent.value?.presence === "available" ? "worklist.empty.mine_ready" : "worklist.empty.mine_hint",
      )}
    <//>`;
  return html`<${Rows}
    items=${items.value}
    height=${68}
    label=${t("view.mine")}
    render=${(c) => html`<${Row} conversation=${c} mine />`}
  />`;
}

function Listed({ view: name }) {
  const problem = useSignal(false);
  const busy = useSignal(false);
  const list = desk.lists.value.byView[name];
  const read = async (fresh) => {
    if (busy.value) return;
    busy.value = true;
    problem.value = false;
    await desk.readPage(name, { fresh }).catch(() => (problem.value = true));
    busy.value = false;
  };
  useEffect(() => {
    if (!list?.loaded) read(true);
  }, [list?.loaded]);
  const items = useComputed(() => shown(desk.lists.value, name));
  if (problem.value && !list) {
    return html`<${Empty} icon="wifi-off" title=${t("error.network")}>
      <${Button} onClick=${() => read(true)}>${t("action.retry")}<//>
    <//>`;
  }
  if (!list?.loaded) return html`<${Loading} rows=${6} />`;
  if (items.value.length === 0) return html`<${Empty} icon="inbox" title=${t(`worklist.empty.${name}`)} />`;
  return html`<${Rows}
    items=${items.value}
    height=${68}
    label=${t(`view.${name}`)}
    onEnd=${() => list.next && read(false)}
    render=${(c) => html`<${Row} conversation=${c} />`}
  />`;
}

function Row({ conversation: c, mine }) {
  const current = useComputed(() => selectedId.value === c.id);
  const unread = desk.unreadOf(c);
  const draft = desk.drafts.value[c.id] ?? desk.composer.draft(c.id);
  const ahead = () => desk.readDetail(c.id).catch(() => {});
  const target = desk.queues.value.find((q) => q.id === c.queue_id)?.target_seconds;
  const loud = mine && unread > 0 && !current.value;
  const unreadText = t("worklist.unread", { count: unread });
  return html`<a
    class="row ${loud ? "unread" : ""}"
    href=${linkTo(c.id)}
    data-conversation=${c.id}
    aria-current=${current.value ? "true" : undefined}
    onPointerEnter=${ahead}
    onFocus=${ahead}
  >
    <${ChannelIcon} channel=${c.channel} />
    <span class="row-name">${phone(c.party_name)}</span>
    <span class="row-time">
      ${
        c.waiting_since && c.status !== "resolved"
          ? html`<${Waiting} since=${c.waiting_since} target=${target} />`
          : html`<${When} at=${c.last_activity_at} />`
      }
    </span>
    <span class="row-subject">${subjectOf(c)}</span>
    ${loud && html`<span class="badge" aria-label=${unreadText}>${unread}</span>`}
    <span class="row-foot">
      ${
        draft.reply || draft.note
          ? html`<span class="row-draft">
            <${Icon} name="pencil" size=${12} />
            ${" "}${t("worklist.draft")}
          </span>`
          : html`<${Holder} conversation=${c} mine=${mine} />`
      }
      <${TagChips} ids=${c.tags} most=${2} />
    </span>
  </a>`;
}

function subjectOf(c) {
  const text = c.preview || t("worklist.no_text");
  const who = { bot: t("author.bot"), agent: t("author.us") }[c.preview_author];
  return html`
    ${
      c.subject &&
      html`
        <b>${c.subject}</b>
        ${" · "}
      `
    }
    ${who ? t("worklist.said", { who, text }) : text}
  `;
}

export function holderOf(handler) {
  if (handler.kind === "agent") return desk.userNames.value.get(handler.ref) ?? t("handler.agent");
  if (handler.kind === "queue") return desk.queueNames.value.get(handler.ref) ?? t("handler.queue");
  return t(`handler.${handler.kind}`);
}

const HOLDER_ICONS = { agent: "user-round", queue: "users-round", bot: "bot", nobody: "circle-check" };

function Holder({ conversation: c, mine }) {
  const queue = desk.queueNames.value.get(c.queue_id);
  if (c.status === "resolved")
    return html`
      <${Icon} name="circle-check" size=${12} />
      ${" "}${c.outcome ? word("outcome", c.outcome) : t("status.resolved")}
      ${queue ? ` · ${queue}` : ""}
    `;
  if (mine)
    return html`
      <${Icon} name="users-round" size=${12} />
      ${" "}${queue ?? ""}
    `;
  return html`
    <${Icon} name=${HOLDER_ICONS[c.handler.kind]} size=${12} />
    ${" "}${holderOf(c.handler)}${c.handler.kind !== "queue" && queue ? ` · ${queue}` : ""}
  `;
}

function WrapUp({ item }) {
  const known =
    desk.lists.value.known[item.conversation_id] ??
    desk.details.value.byId[item.conversation_id]?.conversation;
  return html`<div class="wrap-up">
    <${Icon} name="clipboard-list" />
    <span>
      <b>${t("wrap.title")}</b>
      ${" "}
      ${known ? html`<a href=${linkTo(item.conversation_id)}>${phone(known.party_name)}</a>` : ""}
      ${
        item.wrap_until &&
        html`
          ${" · "}
          <${Left} until=${item.wrap_until} />
        `
      }
    </span>
    <${Button} small kind="ghost" onClick=${() => wrapUpLonger(item)}>${t("wrap.longer")}<//>
    <${Button} small onClick=${() => wrapUpDone(item)}>${t("wrap.done")}<//>
  </div>`;
}

function Left({ until }) {
  const text = useComputed(() => {
    const seconds = Math.max(0, Math.ceil((Date.parse(until) - second.value) / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  });
  return html`<span class="number">${text}</span>`;
}
