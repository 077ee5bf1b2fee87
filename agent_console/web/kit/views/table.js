// A hundred thousand rows, answered page by page as a server would.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { number, shortDate } from "../../shared/i18n/format.js";
import { Avatar, Button, ColumnsDialog, DataTable, Icon, TableBar, Tag } from "../../shared/kit/index.js";
import { NONE } from "../../shared/models/selection.js";
import { arrange, arrangements } from "../../shared/services/arrangements.js";
import { toast } from "../../shared/services/feedback.js";
import { Pages } from "../../shared/services/pages.js";
import { answer, rowsOf } from "../models/samples.js";

const COUNT = 100_000;
const KINDS = { new: "agent", open: "warning", done: "success" };

export function TableExamples() {
  const pages = useMemo(() => {
    const rows = rowsOf(COUNT);
    return new Pages(async (query) => answer(rows, query));
  }, []);
  const sort = useSignal("name");
  const typed = useSignal("");
  const selection = useSignal(NONE);
  const choosing = useSignal(false);
  useEffect(() => {
    selection.value = NONE;
    pages.open({ sort: sort.value, q: typed.value });
  }, [sort.value, typed.value]);
  const loadAll = async () => {
    while (pages.state.peek().next) await pages.more();
  };
  const actions = [{ label: t("kit.table.copy"), icon: "copy", run: () => toast(t("kit.done")) }];
  return html`<main class="page list-page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("kit.table")}</h1>
      <p>${t("kit.table.hint", { count: number(COUNT) })}</p>
    </header>
    <div class="list-tools">
      <div class="list-search">
        <${Icon} name="search" />
        <input
          type="search"
          aria-label=${t("list.search_hint")}
          placeholder=${t("list.search_hint")}
          value=${typed.value}
          onInput=${(event) => (typed.value = event.target.value)}
        />
      </div>
      <${Button} icon="columns-3" onClick=${() => (choosing.value = true)}>${t("table.columns")}<//>
      <${Button} icon="download" onClick=${loadAll}>${t("kit.table.all")}<//>
    </div>
    <div class="card list-card">
      <${TableBar}
        pages=${pages}
        selection=${selection.value}
        onSelect=${(after) => (selection.value = after)}
        actions=${actions}
      />
      <${DataTable}
        label=${t("kit.table")}
        columns=${columns()}
        pages=${pages}
        sort=${sort.value}
        onSort=${(after) => (sort.value = after)}
        arrangement=${arrangements.value.kit}
        onArrange=${(after) => arrange("kit", after)}
        selection=${selection.value}
        onSelect=${(after) => (selection.value = after)}
        onOpen=${(row) => toast(row.name)}
      />
    </div>
    ${
      choosing.value &&
      html`<${ColumnsDialog}
        columns=${columns()}
        arrangement=${arrangements.value.kit}
        onArrange=${(after) => arrange("kit", after)}
        onClose=${() => (choosing.value = false)}
      />`
    }
  </main>`;
}

const columns = () => [
  {
    id: "name",
    label: t("kit.column.name"),
    width: 280,
    sort: "name",
    render: (row) => html`
      <${Avatar} name=${row.name} size="small" />
      <span class="truncate">${row.name}</span>
    `,
  },
  { id: "city", label: t("kit.column.city"), width: 160, sort: "city", render: (row) => row.city },
  {
    id: "state",
    label: t("kit.column.state"),
    width: 140,
    sort: "state",
    render: (row) => html`<${Tag} kind=${KINDS[row.state]}>${t(`kit.state.${row.state}`)}<//>`,
  },
  {
    id: "amount",
    label: t("kit.column.amount"),
    width: 140,
    sort: "amount",
    end: true,
    render: (row) => number(row.amount),
  },
  {
    id: "since",
    label: t("kit.column.since"),
    width: 160,
    sort: "since",
    render: (row) => shortDate(row.since),
  },
];
