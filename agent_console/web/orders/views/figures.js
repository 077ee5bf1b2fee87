// In the file: what a customer bought, when last, for how much; subscriptions, loyalty, visits.

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { money, number, shortDate } from "../../shared/i18n/format.js";
import { Tag } from "../../shared/kit/index.js";
import { behaviours, readBehaviour } from "../services/orders.js";

const KINDS = { active: "success", paused: "warning", ended: undefined };

/** `seen` changes when the file does. */
export function Figures({ id, seen }) {
  useEffect(() => void readBehaviour(id), [id, seen]);
  const told = behaviours.value[id];
  if (!told) return null;
  const { orders, subscriptions, loyalty, visits } = told;
  const none = !orders.count && !subscriptions.length && !loyalty.length && !visits.count;
  if (none) return null;
  return html`<div class="order-figures">
    ${orders.count > 0 && html`<${OrderFigures} orders=${orders} />`}
    <ul>
      ${subscriptions.map(
        (one) => html`<li key=${one.id}>
          <span>
            <b>${one.plan}</b>
            <small>
              ${money({ amount: one.amount, currency: one.currency })} ${t(`every.${one.every}`)}
              ${one.until ? ` · ${t("orders.until", { date: shortDate(one.until) })}` : ""}
            </small>
          </span>
          <${Tag} kind=${KINDS[one.status]}>${t(`subscription.${one.status}`)}<//>
        </li>`,
      )}
      ${loyalty.map(
        (one) => html`<li key=${one.id}>
          <span>
            <b>${[one.programme, one.tier].filter(Boolean).join(" · ")}</b>
            <small>${t("orders.points", { count: one.points, shown: number(one.points) })}</small>
          </span>
        </li>`,
      )}
      ${
        visits.count > 0 &&
        html`<li>
          <span>
            <b>${t("orders.visits", { count: visits.count, shown: number(visits.count) })}</b>
            <small>${t("orders.last_visit", { date: shortDate(visits.last_at) })}</small>
          </span>
        </li>`
      }
    </ul>
  </div>`;
}

function OrderFigures({ orders }) {
  const figure = (value, label) => html`<div>
    <dd>${value}</dd>
    <dt>${label}</dt>
  </div>`;
  const [first] = orders.amounts;
  const amount = (value) => money({ amount: value, currency: first.currency });
  const others = orders.amounts.slice(1);
  return html`
    <dl class="figures">
      ${figure(number(orders.count), t("orders.count", { count: orders.count }))}
      ${figure(amount(first.total), t("orders.total"))}
      ${figure(amount(first.average), t("orders.average"))}
    </dl>
    <p class="figures-foot">
      <span>
        ${t("orders.last", { date: shortDate(orders.last_at) })}${" · "}
        ${t("orders.last_year", { count: orders.last_year, shown: number(orders.last_year) })}
        ${Number(first.returned) > 0 ? ` · ${t("orders.returned", { amount: amount(first.returned) })}` : ""}
      </span>
      ${others.map(
        (one) =>
          html`<span key=${one.currency}>${money({ amount: one.total, currency: one.currency })}</span>`,
      )}
    </p>
  `;
}
