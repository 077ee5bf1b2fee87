// One customer as a page: the file beside all their conversations.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { shortDate } from "../../shared/i18n/format.js";
import { Avatar, Empty, Icon, Loading, RecordPage } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { addressOf, go } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import { Orders } from "../../orders/index.js";
import { RelationshipGraph } from "../../relationships/index.js";
import { files, readFile } from "../services/files.js";
import { Changes, Looks } from "./changes.js";
import { HeadValues } from "./families.js";
import { Customer, CustomerName, CustomerTags } from "./file.js";
import { Standing } from "./standing.js";
import { Timeline } from "./timeline.js";

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
  const { party } = file;
  return html`<${RecordPage}
    back=${back}
    picture=${html`<${Avatar} name=${party.name} size="large" />`}
    name=${party.name}
    title=${html`<${CustomerName} party=${party} />`}
    subtitle=${html`
      <span>
        ${t(`party.${party.kind}`)} · ${t("customer.since", { date: shortDate(party.created_at) })}
      </span>
      <${Standing} file=${file} />
      <${HeadValues} file=${file} />
      <${CustomerTags} file=${file} />
    `}
    facts=${html`<${Customer} id=${id} bare onMerged=${(kept) => go(addressOf("customers", kept))} />`}
    factsLabel=${t("customer.label")}
    tabs=${[
      {
        id: "timeline",
        label: t("customers.tab.timeline"),
        render: () => html`<${Timeline} id=${id} seen=${file.seq} />`,
      },
      {
        id: "orders",
        label: t("customers.tab.orders"),
        render: () => html`<${Orders} id=${id} seen=${file.seq} />`,
      },
      {
        id: "relations",
        label: t("customers.tab.relations"),
        render: () => html`<${RelationshipGraph} party=${party} seen=${file.seq} />`,
      },
      {
        id: "changes",
        label: t("customers.tab.changes"),
        render: () => html`<${Changes} id=${id} seen=${file.seq} />`,
      },
      ...(can("customers.read_all")
        ? [{ id: "looks", label: t("customers.tab.looks"), render: () => html`<${Looks} id=${id} />` }]
        : []),
    ]}
  />`;
}
