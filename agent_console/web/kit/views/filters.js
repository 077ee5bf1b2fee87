// The filter builder with a field of each type.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { FilterBuilder, FilterChips } from "../../shared/kit/index.js";
import { sendable } from "../../shared/models/filters.js";
import { STATES } from "../models/samples.js";

const TIME = ["in_last", "not_in_last", "in_next", "before", "after", "between", "empty", "not_empty"];
const AMOUNT = ["is", "is_not", "less", "more", "at_least", "at_most", "between", "empty", "not_empty"];

const fields = () => [
  {
    name: "name",
    label: t("kit.column.name"),
    type: "text",
    operators: ["contains", "not_contains", "is", "is_not", "starts_with", "empty", "not_empty"],
  },
  { name: "amount", label: t("kit.column.amount"), type: "number", operators: AMOUNT },
  {
    name: "state",
    label: t("kit.column.state"),
    type: "choice",
    operators: ["any_of", "none_of", "empty", "not_empty"],
    choices: STATES.map((value) => ({ value, label: t(`kit.state.${value}`) })),
  },
  { name: "since", label: t("kit.column.since"), type: "moment", operators: TIME },
  { name: "vip", label: t("kit.column.vip"), type: "yes_no", operators: ["is"] },
];

const BEGIN = {
  all: [
    { field: "state", op: "any_of", value: ["new", "open"] },
    {
      any: [
        { field: "amount", op: "between", value: ["100", "500"] },
        { field: "since", op: "in_last", value: { count: 30, unit: "days" } },
      ],
    },
  ],
};

export function FilterExamples() {
  const filter = useSignal(BEGIN);
  const list = fields();
  const sent = sendable(filter.value, list);
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("kit.filter")}</h1>
      <p>${t("kit.filter.hint")}</p>
    </header>
    <div class="kit-two">
      <section class="card kit-card">
        <${FilterBuilder}
          fields=${list}
          value=${filter.value}
          onChange=${(after) => (filter.value = after)}
        />
      </section>
      <section class="card kit-card">
        <h2>${t("kit.filter.sent")}</h2>
        <${FilterChips} fields=${list} value=${sent} onChange=${(after) => (filter.value = after)} />
        <pre class="kit-code" tabindex="0">${JSON.stringify(sent, null, 2)}</pre>
      </section>
    </div>
  </main>`;
}
