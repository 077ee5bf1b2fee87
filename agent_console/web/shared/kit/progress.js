// How far long work is: percent, rate, time left; stopping it; what came of it.

import { html } from "htm/preact";
import { duration, number, percent } from "../i18n/format.js";
import { t } from "../i18n/index.js";
import { paceOf } from "../models/pace.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

const ICONS = { done: "circle-check", failed: "circle-alert", cancelled: "ban" };

/** `job` as the server tells it; `file`: where what it wrote is fetched; `onUndo` takes it back. */
export function Progress({ title, job, file, onCancel, onDismiss, onUndo }) {
  const { part, rate, left } = paceOf(job);
  const over = job.status in ICONS;
  return html`<div class="progress ${job.status}" role="group" aria-label=${title}>
    <div class="progress-head">
      ${over && html`<${Icon} name=${ICONS[job.status]} />`}
      <b class="truncate">${title}</b>
      ${!over && onCancel && html`<${Stop} run=${onCancel} />`}
      ${
        over &&
        onDismiss &&
        html`<${Button} small kind="ghost" icon="x" label=${t("action.close")} onClick=${onDismiss} />`
      }
    </div>
    ${!over && html`<progress aria-label=${title} max="1" value=${part ?? undefined}></progress>`}
    <p class="progress-foot" role=${over ? "status" : undefined}>
      ${footOf(job, { part, rate, left })}
      ${over && onUndo && html`<${Button} small icon="rotate-ccw" onClick=${onUndo}>${t("action.undo")}<//>`}
      ${file && html`<a class="button small" href=${file} download>${t("progress.fetch")}</a>`}
    </p>
  </div>`;
}

const Stop = ({ run }) => html`<${Button} small kind="ghost" onClick=${run}>${t("progress.stop")}<//>`;

function footOf(job, { part, rate, left }) {
  const done = number(job.done);
  const of = job.total === null ? done : t("progress.of", { done, total: number(job.total) });
  if (job.status === "queued") return t("progress.queued");
  if (job.status === "failed") return t("progress.failed", { problem: job.problem });
  if (job.status === "cancelled") return t("progress.cancelled", { of });
  if (job.status === "done") return t("progress.done", { count: job.done, number: done });
  return [
    part === null ? of : `${percent(part)} · ${of}`,
    rate && t("progress.rate", { rate: number(Math.round(rate)) }),
    left !== null && t("progress.left", { time: duration(left) }),
  ]
    .filter(Boolean)
    .join(" · ");
}
