// What designers begin with: what customers said to the bot, beside what it took it for.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent } from "../../shared/i18n/format.js";
import { Chart, ChannelIcon, Empty, Loading, Tag, When } from "../../shared/kit/index.js";
import * as api from "../../shared/services/api.js";
import { explain } from "../../shared/services/feedback.js";
import { byIntent, doubtful } from "../models/understood.js";

export function Bots() {
  const items = useSignal(null);
  const problem = useSignal(null);
  const showing = useSignal("doubtful");
  const read = () =>
    api.get("/bots/understood").then(
      (answer) => {
        items.value = answer.items;
        problem.value = null;
      },
      (error) => (problem.value = error),
    );
  useEffect(() => {
    read();
    const every = setInterval(read, 30_000);
    return () => clearInterval(every);
  }, []);
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("bots.title")}</h1>
      <p>${t("bots.hint")}</p>
    </header>
    ${
      problem.value && !items.value
        ? html`<${Empty}
          icon="circle-alert"
          title=${explain(problem.value)}
          action=${{ label: t("action.retry"), run: read }}
        />`
        : !items.value
          ? html`<${Loading} rows=${6} />`
          : items.value.length === 0
            ? html`<div class="card">
              <${Empty}
                icon="bot"
                title=${t("bots.none")}
                action=${{ label: t("action.refresh"), icon: "refresh-cw", run: read }}
              >${t("bots.none_hint")}<//>
            </div>`
            : html`<${Understood} items=${items.value} showing=${showing} />`
    }
  </main>`;
}

function Understood({ items, showing }) {
  const unsure = doubtful(items);
  const shown = showing.value === "doubtful" ? unsure : items;
  const intents = byIntent(items).slice(0, 8);
  return html`<div class="bots-grid">
    <section class="card bots-chart">
      <${Chart}
        kind="bar"
        title=${t("bots.by_intent")}
        axis=${t("bots.column.intent")}
        labels=${intents.map((one) => word("intent", one.intent))}
        series=${[{ name: t("bots.messages"), values: intents.map((one) => one.count) }]}
      />
    </section>
    <section class="card">
      <div class="table-bar">
        <div class="team-switch" role="group" aria-label=${t("bots.which")}>
          ${["doubtful", "all"].map(
            (name) => html`<button
              type="button"
              key=${name}
              aria-pressed=${showing.value === name}
              onClick=${() => (showing.value = name)}
            >
              ${t(`bots.show.${name}`)}${" "}
              <span class="count">${number(name === "all" ? items.length : unsure.length)}</span>
            </button>`,
          )}
        </div>
      </div>
      ${
        shown.length === 0
          ? html`<${Empty} icon="circle-check" title=${t("bots.all_sure")}>${t("bots.all_sure_hint")}<//>`
          : html`<${Table} shown=${shown} />`
      }
    </section>
  </div>`;
}

function Table({ shown }) {
  return html`<div class="table-scroll" tabindex="0" role="group" aria-label=${t("bots.title")}>
    <table class="bots-table">
      <thead>
        <tr>
          ${["text", "intent", "confidence", "at"].map(
            (name) => html`<th scope="col" key=${name} class=${name === "confidence" ? "number" : ""}>
              ${t(`bots.column.${name}`)}
            </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (item) => html`<tr key=${item.id}>
            <th scope="row">
              <span class="bots-text">
                <${ChannelIcon} channel=${item.channel} size=${14} />
                <span lang=${item.language}>${item.text}</span>
              </span>
            </th>
            <td>
              <${Tag} kind=${item.out_of_scope ? "warning" : "bot"}>
                ${item.out_of_scope ? t("intent.out_of_scope") : word("intent", item.intent)}
              <//>
            </td>
            <td class="number">${percent(item.confidence)}</td>
            <td>
              <${When} at=${item.at} />
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
