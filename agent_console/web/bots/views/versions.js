// Trained versions: which of them answers customers, each with its share; one step back.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { percent } from "../../shared/i18n/format.js";
import { Button, Dialog, Empty, Tag, When } from "../../shared/kit/index.js";
import { toast } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { ready, reportOf } from "../services/reports.js";
import * as studio from "../services/studio.js";

const KINDS = { ready: "", training: "note", failed: "danger" };

export function Versions({ bot }) {
  const sharing = useSignal(false);
  const all = studio.versions.value;
  if (all.length === 0) {
    return html`<${Empty} icon="history" title=${t("bots.no_version")}>${t("bots.no_version_hint")}<//>`;
  }
  const live = Object.keys(bot.live).length > 0;
  const silence = async () => {
    const before = bot.live;
    if (!(await studio.publish({}))) return;
    toast(t("bots.silenced"), { action: { label: t("action.undo"), run: () => studio.publish(before) } });
  };
  return html`
    <header class="section-head">
      <h2>${t("bots.section.versions")}</h2>
      ${
        can("bots.publish") &&
        html`<span class="line-ends">
          ${
            ready().length > 1 &&
            html`<${Button} small icon="split" onClick=${() => (sharing.value = true)}>
              ${t("bots.share")}
            <//>`
          }
          ${live && html`<${Button} small icon="circle-pause" onClick=${silence}>${t("bots.silence")}<//>`}
        </span>`
      }
    </header>
    <ol class="versions">
      ${all.map(
        (version) => html`<li key=${version.id}>
          <${Version} version=${version} bot=${bot} />
        </li>`,
      )}
    </ol>
    ${sharing.value && html`<${Shares} bot=${bot} onClose=${() => (sharing.value = false)} />`}
  `;
}

function Version({ version, bot }) {
  const share = bot.live[version.id];
  const trained = version.status === "ready";
  const report = trained ? reportOf(bot.id, version.id) : null;
  const tested = report?.held_out;
  const older = share === undefined && Object.keys(bot.live).length > 0 && version.published_at;
  const publish = async () => {
    const before = bot.live;
    if (!(await studio.publish({ [version.id]: 100 }))) return;
    toast(t("bots.published", { number: version.number }), {
      kind: "success",
      action: { label: t("action.undo"), run: () => studio.publish(before) },
    });
  };
  const restore = async () => {
    if (await studio.restore(version))
      toast(t("bots.restored", { number: version.number }), { kind: "success" });
  };
  return html`<article class="version ${share ? "live" : ""}">
    <div>
      <h3>
        ${t("bots.version", { number: version.number })}
        ${
          share !== undefined &&
          html`<${Tag} kind="success" icon="circle-check">
            ${share === 100 ? t("bots.answers") : t("bots.answers_share", { share: percent(share / 100) })}
          <//>`
        }
        ${
          version.status !== "ready" &&
          html`<${Tag} kind=${KINDS[version.status]}>${t(`bots.status.${version.status}`)}<//>`
        }
      </h3>
      ${version.note && html`<p>${version.note}</p>`}
      ${version.problem && html`<p class="problem">${version.problem}</p>`}
      <p class="version-facts">
        <${When} at=${version.created_at} />
        ${report && html`<span>${t("bots.figure.accuracy")} ${percent(report.accuracy, 1)}</span>`}
        ${tested && html`<span>${t("bots.held_out")} ${percent(tested.accuracy, 1)}</span>`}
      </p>
    </div>
    ${
      trained &&
      html`<div class="version-actions">
        <a class="button small" href=${studio.addressIn("evaluation", version.id)}>
          ${t("bots.section.evaluation")}
        </a>
        ${
          can("bots.write") &&
          html`<${Button} small icon="rotate-ccw" onClick=${restore}>${t("bots.restore")}<//>`
        }
        ${
          can("bots.publish") &&
          share !== 100 &&
          html`<${Button} small kind="primary" icon="check" onClick=${publish}>
            ${t(older ? "bots.roll_back" : "bots.publish")}
          <//>`
        }
      </div>`
    }
  </article>`;
}

/** Two versions side by side on real conversations: a conversation stays with the version it began with. */
function Shares({ bot, onClose }) {
  const all = ready();
  const [first, second] = Object.keys(bot.live);
  const one = useSignal(first ?? all[0].id);
  const other = useSignal(second ?? all.find((v) => v.id !== one.value).id);
  const share = useSignal(second ? bot.live[second] : 10);
  const same = one.value === other.value;
  const save = async (event) => {
    event.preventDefault();
    if (same) return;
    const shares = { [one.value]: 100 - share.value, [other.value]: share.value };
    if (await studio.publish(shares)) onClose();
  };
  const choose = (what, label) => html`<label>
    <span>${label}</span>
    <select value=${what.value} onChange=${(event) => (what.value = event.target.value)}>
      ${all.map(
        (v) => html`<option key=${v.id} value=${v.id}>${t("bots.version", { number: v.number })}</option>`,
      )}
    </select>
  </label>`;
  return html`<${Dialog} title=${t("bots.share")} onClose=${onClose}>
    <form class="stacked" onSubmit=${save}>
      <p>${t("bots.share_hint")}</p>
      ${choose(one, t("bots.share_most"))}
      ${choose(other, t("bots.share_some"))}
      ${same && html`<p class="problem" role="alert">${t("bots.share_same")}</p>`}
      <label>
        <span>${t("bots.share_of", { share: percent(share.value / 100) })}</span>
        <input
          type="range"
          min="0"
          max="100"
          step="5"
          value=${share.value}
          onInput=${(event) => (share.value = Number(event.target.value))}
        />
      </label>
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit" disabled=${same}>${t("bots.publish")}<//>
      </footer>
    </form>
  <//>`;
}
