// A customer's orders, each with its lines and what came back.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { money, number, shortDate } from "../../shared/i18n/format.js";
import { Button, Empty, Loading, Tag } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { readOrders } from "../services/orders.js";

const KINDS = { delivered: "success", shipped: "info", cancelled: "danger", returned: "warning" };

export function Orders({ id, seen }) {
  const found = useSignal(null);
  const problem = useSignal(null);
  const read = async (cursor) => {
    try {
      const page = await readOrders(id, cursor);
      found.value = { items: [...(cursor ? found.peek().items : []), ...page.items], next: page.next };
      problem.value = null;
    } catch (error) {
      problem.value = error;
    }
  };
  useEffect(() => void read(), [id, seen]);
  if (problem.value) {
    return html`<${Empty}
      icon="circle-alert"
      title=${explain(problem.value)}
      action=${{ label: t("action.retry"), run: () => read() }}
    />`;
  }
  if (!found.value) return html`<${Loading} rows=${5} />`;
  const { items, next } = found.value;
  if (items.length === 0) return html`<${Empty} icon="shopping-bag" title=${t("orders.none")} />`;
  return html`
    <ol class="orders">
      ${items.map((order) => html`<${Order} key=${order.id} order=${order} />`)}
    </ol>
    ${next && html`<${Button} onClick=${() => read(next)}>${t("customers.more")}<//>`}
  `;
}

function Order({ order }) {
  const { currency } = order;
  const amount = (value) => money({ amount: value, currency });
  return html`<li>
    <details>
      <summary>
        <b>${t("timeline.order", { number: order.number })}</b>
        <small>${[shortDate(order.ordered_at), order.channel].filter(Boolean).join(" · ")}</small>
        <${Tag} kind=${KINDS[order.status]}>${t(`order_status.${order.status}`)}<//>
        <span class="order-total">${amount(order.total)}</span>
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">${t("orders.line")}</th>
            <th scope="col" class="number">${t("orders.quantity")}</th>
            <th scope="col" class="number">${t("orders.amount")}</th>
          </tr>
        </thead>
        <tbody>
          ${order.lines.map(
            (line) => html`<tr>
              <th scope="row">
                ${line.name}${" "}
                ${line.sku && html`<code>${line.sku}</code>`}
              </th>
              <td class="number">${number(line.quantity)}</td>
              <td class="number">${amount(line.total)}</td>
            </tr>`,
          )}
          ${order.returns.map(
            (back) => html`<tr class="order-return">
              <th scope="row">
                ${t("orders.return", { name: order.lines[back.line - 1]?.name ?? t("orders.whole") })}
                <small>${[shortDate(back.at), back.reason].filter(Boolean).join(" · ")}</small>
              </th>
              <td class="number">${number(-back.quantity)}</td>
              <td class="number">${amount(`-${back.amount}`)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </li>`;
}
