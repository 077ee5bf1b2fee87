// Every kind of chart.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { Chart } from "../../shared/kit/index.js";
import { generator } from "../models/samples.js";

const HOURS = Array.from({ length: 12 }, (_, i) => `${i + 8} h`);
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"];

function numbers(seed, count, most) {
  const random = generator(seed);
  return Array.from({ length: count }, () => Math.round(random() * most));
}

export function ChartExamples() {
  const channels = ["email", "sms", "voice"].map((name, i) => ({
    name: t(`channel.${name}`),
    values: numbers(i + 1, HOURS.length, 60),
  }));
  const gap = channels.map((one, i) => ({
    ...one,
    values: one.values.map((value, j) => (i === 1 && j === 4 ? null : value)),
  }));
  const heat = DAYS.map((day, i) => ({
    name: t(`kit.day.${day}`),
    values: numbers(i + 9, HOURS.length, 40),
  }));
  const steps = ["sent", "delivered", "opened", "clicked"];
  const examples = [
    { kind: "line", labels: HOURS, series: gap },
    {
      kind: "bar",
      labels: HOURS.slice(0, 6),
      series: channels.map((c) => ({ ...c, values: c.values.slice(0, 6) })),
    },
    { kind: "stacked", labels: HOURS, series: channels },
    { kind: "heat", labels: HOURS, series: heat },
    {
      kind: "funnel",
      labels: steps.map((step) => t(`kit.step.${step}`)),
      series: [{ name: t("kit.chart.people"), values: [1200, 1140, 610, 170] }],
    },
  ];
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("kit.chart")}</h1>
      <p>${t("kit.chart.hint")}</p>
    </header>
    <div class="kit-two">
      ${examples.map(
        (example) => html`<section class="card kit-card" key=${example.kind}>
          <${Chart} ...${example} title=${t(`kit.chart.${example.kind}`)} axis=${t("kit.chart.axis")} />
        </section>`,
      )}
    </div>
  </main>`;
}
