// Who works here, and the queues they work in. A first version: to look, more than to change.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../i18n/index.js";
import { number } from "../i18n/format.js";
import { explain } from "../services/actions.js";
import * as api from "../services/api.js";
import { Avatar, Button, Empty, Loading, Tag } from "./kit.js";

export function Admin() {
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head"><h1>${t("admin.title")}</h1></header>
    <${Listing} path="/users" title=${t("admin.users")} columns=${["name", "login", "roles", "language"]} row=${UserRow} />
    <${Listing} path="/queues" title=${t("admin.queues")} columns=${["name", "language", "target"]} row=${QueueRow} />
  </main>`;
}

function Listing({ path, title, columns, row }) {
  const items = useSignal(null);
  const problem = useSignal(null);
  const read = () => api.get(path).then((a) => (items.value = a.items ?? a), (e) => (problem.value = e));
  useEffect(() => void read(), []);
  return html`<section class="card"><h2>${title}${items.value && html` <span class="count">${number(items.value.length)}</span>`}</h2>
    ${problem.value && html`<${Empty} icon="circle-alert" title=${explain(problem.value)}><${Button} onClick=${read}>${t("action.retry")}<//><//>`}
    ${!items.value && !problem.value && html`<${Loading} rows=${3} />`}
    ${items.value && html`<div class="table-scroll" tabindex="0" role="group" aria-label=${title}><table>
      <thead><tr>${columns.map((name) => html`<th scope="col" class=${name === "target" ? "number" : ""}>${t(`admin.column.${name}`)}</th>`)}</tr></thead>
      <tbody>${items.value.map((item) => html`<${row} key=${item.id} item=${item} />`)}</tbody></table></div>`}
  </section>`;
}

const UserRow = ({ item }) => html`<tr><th scope="row"><span class="with-avatar"><${Avatar} name=${item.name} size="small" /> ${item.name}</span></th><td>${item.login}</td>
  <td>${(item.roles ?? []).map((role) => html`<${Tag} key=${role}>${word("role", role)}<//> `)}</td><td>${item.language ? word("language", item.language) : "–"}</td></tr>`;

const QueueRow = ({ item }) => html`<tr><th scope="row">${item.name}</th><td>${item.language ? word("language", item.language) : t("admin.any_language")}</td><td class="number">${item.target_seconds} s</td></tr>`;
