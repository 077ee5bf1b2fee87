// The history of the file: each value that was written, and the file as it was on a day.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { moment, shortDate } from "../../shared/i18n/format.js";
import { Button, Empty, Loading } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { fields, inOrder, inWords, isEmpty, labelOf, shownValue, sourceName } from "../../fields/index.js";
import { readColleagues } from "../services/colleagues.js";
import { readAsOf, readChanges, readLooks } from "../services/history.js";
import { changedValue } from "./timeline.js";

/** Pages of what `load(cursor)` answers: {items, next, problem, read}. */
function usePages(load, keys) {
  const found = useSignal(null);
  const problem = useSignal(null);
  const read = async (cursor) => {
    try {
      const page = await load(cursor);
      found.value = { items: [...(cursor ? found.peek().items : []), ...page.items], next: page.next };
      problem.value = null;
    } catch (error) {
      problem.value = error;
    }
  };
  useEffect(() => {
    found.value = null;
    read();
  }, keys);
  return { found: found.value, problem: problem.value, read };
}

function Pages({ pages, icon, none, children }) {
  const { found, problem, read } = pages;
  if (problem) {
    return html`<${Empty}
      icon="circle-alert"
      title=${explain(problem)}
      action=${{ label: t("action.retry"), run: () => read() }}
    />`;
  }
  if (!found) return html`<${Loading} rows=${5} />`;
  if (found.items.length === 0) return html`<${Empty} icon=${icon} title=${none} />`;
  return html`
    ${children(found.items)}
    ${found.next && html`<${Button} onClick=${() => read(found.next)}>${t("customers.more")}<//>`}
  `;
}

export function Changes({ id, seen }) {
  const field = useSignal("");
  const day = useSignal("");
  useEffect(() => void readColleagues(), []);
  const pages = usePages((cursor) => readChanges(id, field.value, cursor), [id, seen, field.value]);
  return html`
    <div class="changes-bar">
      <label>
        <span>${t("changes.field")}</span>
        <select value=${field.value} onChange=${(event) => (field.value = event.target.value)}>
          <option value="">${t("changes.all_fields")}</option>
          ${["name", "roles", "stage", "owner"].map(
            (key) => html`<option value=${key}>${word("field", key)}</option>`,
          )}
          ${inOrder.value.map((one) => html`<option value=${one.key}>${labelOf(one)}</option>`)}
        </select>
      </label>
      <label>
        <span>${t("changes.as_of")}</span>
        <input type="date" value=${day.value} onInput=${(event) => (day.value = event.target.value)} />
      </label>
    </div>
    ${day.value && html`<${AsOf} key=${day.value} id=${id} day=${day.value} />`}
    <${Pages} pages=${pages} icon="history" none=${t("changes.none")}>
      ${(items) => html`<div
        class="table-scroll"
        tabindex="0"
        role="group"
        aria-label=${t("customers.tab.changes")}
      >
        <table class="changes">
          <thead>
            <tr>
              <th scope="col">${t("changes.when")}</th>
              <th scope="col">${t("changes.field")}</th>
              <th scope="col">${t("changes.was")}</th>
              <th scope="col">${t("changes.value")}</th>
              <th scope="col">${t("changes.by")}</th>
              <th scope="col">${t("changes.note")}</th>
            </tr>
          </thead>
          <tbody>
            ${items.map((one) => html`<${Change} key=${one.id} one=${one} />`)}
          </tbody>
        </table>
      </div>`}
    <//>
  `;
}

function Change({ one }) {
  const field = fields.all.value.find((known) => known.key === one.field);
  return html`<tr>
    <td title=${moment(one.at)}>${shortDate(one.at)}</td>
    <th scope="row">${field ? labelOf(field) : word("field", one.field)}</th>
    <td>${changedValue(field, one.field, one.was)}</td>
    <td>${changedValue(field, one.field, one.value)}</td>
    <td>${one.by?.name ?? sourceName(one.source)}</td>
    <td>${one.note}</td>
  </tr>`;
}

function AsOf({ id, day }) {
  const then = useSignal(null);
  const problem = useSignal("");
  useEffect(() => {
    const [year, month, date] = day.split("-").map(Number);
    const end = new Date(year, month - 1, date, 23, 59, 59, 999);
    readAsOf(id, end.toISOString()).then(
      (answer) => (then.value = answer),
      (error) => (problem.value = explain(error)),
    );
  }, []);
  if (problem.value) return html`<p class="problem" role="alert">${problem.value}</p>`;
  if (!then.value) return html`<${Loading} rows=${3} />`;
  const facts = Object.values(then.value.families)
    .flat()
    .filter((fact) => !isEmpty(fact.value));
  const named = (fact) => fields.all.value.find((field) => field.key === fact.field);
  return html`<section class="as-of" aria-label=${t("changes.as_of_title", { date: shortDate(day) })}>
    <h3>${t("changes.as_of_title", { date: shortDate(day) })}</h3>
    ${facts.length === 0 && html`<p class="nothing">${t("changes.nothing_then")}</p>`}
    <dl class="facts">
      ${facts.map(
        (fact) => html`<div key=${fact.field}>
          <dt>${named(fact) ? labelOf(named(fact)) : word("field", fact.field)}</dt>
          <dd>
            ${shownValue(named(fact), fact.value, inWords())}
            <small>${sourceName(fact.source)} · ${shortDate(fact.at)}</small>
          </dd>
        </div>`,
      )}
    </dl>
  </section>`;
}

export function Looks({ id }) {
  const pages = usePages((cursor) => readLooks(id, cursor), [id]);
  return html`<${Pages} pages=${pages} icon="eye" none=${t("looks.none")}>
    ${(items) => html`<ul class="looks">
      ${items.map(
        (look) => html`<li key=${look.at}>
          <b>${look.user.name}</b>
          <small>${moment(look.at)}</small>
        </li>`,
      )}
    </ul>`}
  <//>`;
}
