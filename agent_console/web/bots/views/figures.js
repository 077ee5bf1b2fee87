// What the bot spared: conversations it ended by itself, those it handed over, and why.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent, shortDate } from "../../shared/i18n/format.js";
import { Chart, Empty, Loading } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import * as studio from "../services/studio.js";

export function Figures({ bot }) {
  const days = useSignal(null);
  const problem = useSignal(null);
  const read = () =>
    studio.readTalks(bot.id).then(
      (found) => (days.value = found),
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), [bot.id]);
  if (problem.value) return html`<${Empty} icon="circle-alert" title=${explain(problem.value)} />`;
  if (!days.value) return html`<${Loading} rows=${6} />`;
  if (days.value.length === 0) {
    return html`<${Empty} icon="chart-column" title=${t("bots.no_talks")}>${t("bots.no_talks_hint")}<//>`;
  }
  const all = days.value.reduce((sum, day) => sum + day.conversations, 0);
  const handed = days.value.reduce((sum, day) => sum + day.handed_over, 0);
  const reasons = Object.entries(
    days.value.reduce((sums, day) => {
      for (const [reason, count] of Object.entries(day.reasons)) sums[reason] = (sums[reason] ?? 0) + count;
      return sums;
    }, {}),
  ).sort((a, b) => b[1] - a[1]);
  const oldest = days.value.toSorted((a, b) => a.day.localeCompare(b.day));
  return html`
    <header class="section-head">
      <h2>${t("bots.section.figures")}</h2>
      <p>${t("bots.last_days")}</p>
    </header>
    <div class="bot-figures">
      <div class="tile">
        <strong>${number(all)}</strong>
        <span>${t("bots.conversations")}</span>
      </div>
      <div class="tile">
        <strong>${percent((all - handed) / Math.max(1, all))}</strong>
        <span>${t("bots.contained")}</span>
      </div>
      <div class="tile">
        <strong>${number(handed)}</strong>
        <span>${t("bots.handed_over")}</span>
      </div>
    </div>
    <div class="reports">
      <section>
        <${Chart}
          kind="stacked"
          title=${t("bots.by_day")}
          axis=${t("bots.day")}
          labels=${oldest.map((day) => shortDate(day.day))}
          series=${[
            {
              name: t("bots.contained_by_bot"),
              values: oldest.map((day) => day.conversations - day.handed_over),
            },
            { name: t("bots.handed_over"), values: oldest.map((day) => day.handed_over) },
          ]}
        />
      </section>
      ${
        reasons.length > 0 &&
        html`<section>
          <${Chart}
            kind="bar"
            title=${t("bots.reasons")}
            axis=${t("bots.reason")}
            labels=${reasons.map(([reason]) => word("handover", reason))}
            series=${[{ name: t("bots.conversations"), values: reasons.map(([, count]) => count) }]}
          />
        </section>`
      }
    </div>
  `;
}
