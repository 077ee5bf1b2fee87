// One customer as a page: the file beside all their conversations.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { number, shortDate, when } from "../../shared/i18n/format.js";
import {
  Avatar,
  Button,
  ChannelIcon,
  Empty,
  Icon,
  Loading,
  RecordPage,
  RecordTimeline,
} from "../../shared/kit/index.js";
import { clock } from "../../shared/services/clock.js";
import { explain } from "../../shared/services/feedback.js";
import { pagesOf } from "../../shared/services/pages.js";
import { addressOf, go, linkTo } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import { files, readFile } from "../services/files.js";
import { Customer, CustomerName, CustomerTags } from "./file.js";

export function CustomerPage({ id }) {
  const problem = useSignal(null);
  const file = files.value[id];
  const read = () =>
    readFile(id).then(
      () => (problem.value = null),
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), [id]);
  const back = html`<a
    class="button icon-only"
    href=${addressOf("customers")}
    aria-label=${t("customers.back")}
    title=${t("customers.back")}
  >
    <${Icon} name="chevron-left" />
  </a>`;
  if (!file) {
    return html`<main class="page" id="main" tabindex="-1">
      <h1 class="visually-hidden">${t("customer.label")}</h1>
      ${
        problem.value
          ? html`<${Empty}
            icon="circle-alert"
            title=${explain(problem.value)}
            action=${{ label: t("action.retry"), run: read }}
          />`
          : html`<${Loading} rows=${8} />`
      }
    </main>`;
  }
  const { party, relational } = file;
  return html`<${RecordPage}
    back=${back}
    picture=${html`<${Avatar} name=${party.name} size="large" />`}
    name=${party.name}
    title=${html`<${CustomerName} party=${party} />`}
    subtitle=${html`
      <span>
        ${t(`party.${party.kind}`)} · ${t("customer.since", { date: shortDate(party.created_at) })}
      </span>
      <${CustomerTags} file=${file} />
    `}
    facts=${html`<${Customer} id=${id} bare onMerged=${(kept) => go(addressOf("customers", kept))} />`}
    factsLabel=${t("customer.label")}
    tabs=${[
      {
        id: "conversations",
        label: t("customers.tab.conversations"),
        count: number(relational.conversations_total),
        render: () => html`<${Conversations} id=${id} />`,
      },
    ]}
  />`;
}

function Conversations({ id }) {
  const pages = useSignal(null);
  useEffect(() => {
    const read = pagesOf("/conversations");
    pages.value = read;
    read.open({ view: "all", party: id });
  }, [id]);
  const state = pages.value?.state.value;
  if (!state?.known && !state?.error) return html`<${Loading} rows=${5} />`;
  if (state.error) {
    return html`<${Empty}
      icon="circle-alert"
      title=${explain(state.error)}
      action=${{ label: t("action.retry"), run: () => pages.value.retry() }}
    />`;
  }
  if (state.items.length === 0) {
    return html`<${Empty} icon="messages-square" title=${t("customers.no_conversation")} />`;
  }
  const entries = state.items.map((c) => ({
    id: c.id,
    at: c.last_activity_at,
    picture: html`<${ChannelIcon} channel=${c.channel} size=${14} />`,
    title: c.subject || t(`channel.${c.channel}`),
    href: can("conversations.read") ? linkTo(c.id) : null,
    text: `${t(`status.${c.status}`)} · ${c.preview || t("worklist.no_text")}`,
  }));
  return html`
    <${RecordTimeline} entries=${entries} when=${(at) => when(at, clock.now())} />
    ${state.next && html`<${Button} onClick=${() => pages.value.more()}>${t("customers.more")}<//>`}
  `;
}
