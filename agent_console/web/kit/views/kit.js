// The shared parts, each with examples: what pages are built from, to look at and to try.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { route } from "../../shared/services/route.js";
import { BoardExamples } from "./board.js";
import { ChartExamples } from "./charts.js";
import { FilterExamples } from "./filters.js";
import { FormExamples, WizardExamples } from "./forms.js";
import { RecordExamples } from "./record.js";
import { ProgressExamples } from "./progress.js";
import { TableExamples } from "./table.js";

const PARTS = {
  table: TableExamples,
  filter: FilterExamples,
  record: RecordExamples,
  form: FormExamples,
  wizard: WizardExamples,
  board: BoardExamples,
  chart: ChartExamples,
  progress: ProgressExamples,
};

export function Kit() {
  const name = route.value.id in PARTS ? route.value.id : "table";
  const Part = PARTS[name];
  return html`<div class="kit">
    <nav class="kit-nav" aria-label=${t("kit.title")}>
      ${Object.keys(PARTS).map(
        (part) => html`<a
          key=${part}
          href=${`#/kit/${part}`}
          aria-current=${part === name ? "page" : undefined}
        >${t(`kit.${part}`)}</a>`,
      )}
    </nav>
    <${Part} key=${name} />
  </div>`;
}
