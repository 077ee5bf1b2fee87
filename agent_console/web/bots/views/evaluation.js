// How well a version understands: figures, intents, what is taken for what, and what the threshold costs.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent } from "../../shared/i18n/format.js";
import { Button, Chart, Empty, Loading } from "../../shared/kit/index.js";
import { toast } from "../../shared/services/feedback.js";
import { route } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import { confusedOf, figuresOf, intentsOf, mistakesOf, overlapsOf, pointAt } from "../models/reports.js";
import { ready, reportOf } from "../services/reports.js";
import * as studio from "../services/studio.js";

const MOST_MISTAKES = 60;
const called = (name) => (name === "out_of_scope" ? t("intent.out_of_scope") : name);

export function Evaluation({ bot }) {
  const all = ready();
  const { part, than } = route.value.query;
  const version = all.find((one) => one.id === part) ?? all[0];
  const held = useSignal(false);
  if (!version) {
    return html`<${Empty} icon="circle-check" title=${t("bots.no_version")}>
      ${t("bots.no_version_hint")}
    <//>`;
  }
  const other = all.find((one) => one.id === than) ?? null;
  const whole = reportOf(bot.id, version.id);
  const before = (other && reportOf(bot.id, other.id)) || null;
  const choose = (name) => (event) =>
    studio.open("evaluation", name === "part" ? event.target.value : version.id, {
      than: name === "than" ? event.target.value : (other?.id ?? ""),
    });
  return html`
    <header class="section-head">
      <h2>${t("bots.section.evaluation")}</h2>
      <select aria-label=${t("bots.which_version")} value=${version.id} onChange=${choose("part")}>
        ${all.map((one) => html`<option key=${one.id} value=${one.id}>${nameOf(one)}</option>`)}
      </select>
      <select aria-label=${t("bots.compare")} value=${other?.id ?? ""} onChange=${choose("than")}>
        <option value="">${t("bots.compare")}</option>
        ${all
          .filter((one) => one.id !== version.id)
          .map((one) => html`<option key=${one.id} value=${one.id}>${nameOf(one)}</option>`)}
      </select>
    </header>
    ${
      whole
        ? html`<${Report} ...${{ whole, before, held }} />`
        : whole === null
          ? html`<${Loading} rows=${8} />`
          : html`<${Empty} icon="circle-check" title=${t("bots.not_evaluated")}>
            ${t("bots.not_evaluated_hint")}
          <//>`
    }
  `;
}

const nameOf = (version) =>
  [t("bots.version", { number: version.number }), version.note].filter(Boolean).join(" · ");

/** Two ways to ask: examples left out of the training in turn, and the project's own test sentences. */
function Report({ whole, before, held }) {
  const tested = Boolean(whole.held_out);
  const shown = held.value && tested ? whole.held_out : whole;
  const compared = held.value && tested ? before?.held_out : before;
  const opened = useSignal(null);
  return html`
    <div class="team-switch" role="group" aria-label=${t("bots.tested_on")}>
      ${[false, ...(tested ? [true] : [])].map(
        (one) => html`<button
          type="button"
          key=${String(one)}
          aria-pressed=${held.value === one}
          onClick=${() => (held.value = one)}
        >
          ${t(one ? "bots.held_out" : "bots.cross_validated")}${" "}
          <span class="count">${number((one ? whole.held_out : whole).examples)}</span>
        </button>`,
      )}
    </div>
    <p class="part-hint">${t(held.value ? "bots.held_out_hint" : "bots.cross_validated_hint")}</p>
    <div class="bot-figures">
      ${figuresOf(shown, compared).map(
        (one) => html`<div class="tile" key=${one.name}>
          <strong>${percent(one.value, 1)}</strong>
          <${Change} value=${one.change} better=${one.name === "calibration_error" ? -1 : 1} />
          <span>${t(`bots.figure.${one.name}`)}</span>
        </div>`,
      )}
    </div>
    <div class="reports">
      <${ByIntent} report=${shown} before=${compared} opened=${opened} />
      <${Confusion} report=${shown} opened=${opened} />
      ${opened.value && html`<${Mistakes} report=${shown} opened=${opened} />`}
      <${Overlaps} report=${shown} opened=${opened} />
      <${Confidence} report=${shown} />
      ${whole.scope?.length > 0 && html`<${Scope} report=${whole} />`}
    </div>
  `;
}

function Change({ value, better = 1 }) {
  if (value === null || Math.abs(value) < 0.0005) return null;
  const good = value * better > 0;
  const sign = value > 0 ? "+" : "−";
  return html`<small class="change ${good ? "good" : "bad"}">
    ${sign}${number(Math.abs(value * 100), 1)}
  </small>`;
}

function ByIntent({ report, before, opened }) {
  const rows = intentsOf(report, before);
  return html`<section>
    <h3>${t("bots.by_intent")}</h3>
    <div class="table-scroll" tabindex="0" role="group" aria-label=${t("bots.by_intent")}>
      <table>
        <thead>
          <tr>
            <th scope="col">${t("bots.column.intent")}</th>
            ${["f1", "precision", "recall", "examples"].map(
              (
                name,
              ) => html`<th scope="col" class="number" key=${name} title=${t(`bots.column_hint.${name}`)}>
                ${t(`bots.column.${name}`)}
              </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (one) => html`<tr key=${one.name}>
              <th scope="row">
                <button
                  type="button"
                  class="link"
                  onClick=${() => (opened.value = { expected: one.name, answered: null })}
                >${called(one.name)}</button>
              </th>
              <td class="number">
                ${percent(one.f1)}${" "}
                <${Change} value=${one.change} />
              </td>
              <td class="number">${percent(one.precision)}</td>
              <td class="number">${percent(one.recall)}</td>
              <td class="number">${number(one.examples)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Rows: what was meant; columns: what the bot took it for. A cell opens its sentences. */
function Confusion({ report, opened }) {
  const rows = confusedOf(report);
  if (rows.length === 0) return null;
  const largest = Math.max(...rows.flatMap((row) => wrongIn(row).map((cell) => cell.count)), 1);
  return html`<section>
    <h3>${t("bots.confusion")}</h3>
    <p class="part-hint">${t("bots.confusion_hint")}</p>
    <div class="table-scroll" tabindex="0" role="group" aria-label=${t("bots.confusion")}>
      <table class="confusion">
        <thead>
          <tr>
            <td></td>
            ${rows.map(
              (row) => html`<th scope="col" key=${row.name}>
                <span>${called(row.name)}</span>
              </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) => html`<tr key=${row.name}>
              <th scope="row">${called(row.name)}</th>
              ${row.cells.map(
                (cell) => html`<td key=${cell.answered}>
                  <${Cell} row=${row} cell=${cell} largest=${largest} opened=${opened} />
                </td>`,
              )}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

const wrongIn = (row) => row.cells.filter((cell) => cell.answered !== row.name);

function Cell({ row, cell, largest, opened }) {
  if (cell.count === 0) return null;
  if (cell.answered === row.name) return html`<span class="right">${number(cell.count)}</span>`;
  const label = t("bots.taken_for", {
    count: cell.count,
    expected: called(row.name),
    answered: called(cell.answered),
  });
  return html`<button
    type="button"
    aria-label=${label}
    title=${label}
    style=${{ "--strength": (cell.count / largest).toFixed(2) }}
    onClick=${() => (opened.value = { expected: row.name, answered: cell.answered })}
  >${number(cell.count)}</button>`;
}

function Mistakes({ report, opened }) {
  const { expected, answered } = opened.value;
  const found = mistakesOf(report, expected, answered);
  return html`<section class="mistakes" aria-live="polite">
    <h3>
      ${
        answered
          ? t("bots.taken_for", {
              count: found.length,
              expected: called(expected),
              answered: called(answered),
            })
          : t("bots.mistakes_of", { count: found.length, expected: called(expected) })
      }
    </h3>
    <ul>
      ${found.slice(0, MOST_MISTAKES).map(
        (one, at) => html`<li key=${at}>
          <q>${one.text}</q>
          <small>${called(one.answered)} · ${percent(one.confidence)}</small>
        </li>`,
      )}
    </ul>
    <a href=${studio.addressIn("intents", `intent/${expected}`)}>
      ${t("bots.open_intent", { name: called(expected) })}
    </a>
  </section>`;
}

function Overlaps({ report, opened }) {
  const pairs = overlapsOf(report);
  if (pairs.length === 0) return null;
  return html`<section>
    <h3>${t("bots.overlaps")}</h3>
    <ul class="overlaps">
      ${pairs.map(
        ({ names: [one, other], count }) => html`<li key=${one + other}>
          <a href=${studio.addressIn("intents", `intent/${one}`)}>${word("intent", one)}</a>
          <span>↔</span>
          <a href=${studio.addressIn("intents", `intent/${other}`)}>${word("intent", other)}</a>
          <button
            type="button"
            class="link"
            onClick=${() => (opened.value = { expected: one, answered: other })}
          >${t("bots.sentences", { count })}</button>
        </li>`,
      )}
    </ul>
  </section>`;
}

function Confidence({ report }) {
  const { right, wrong } = report.confidence;
  const labels = right.map((_, i) => percent((i + 0.5) / right.length));
  return html`<section>
    <${Chart}
      kind="stacked"
      title=${t("bots.confidence_spread")}
      axis=${t("bots.column.confidence")}
      labels=${labels}
      series=${[{ name: t("bots.right"), values: right }, { name: t("bots.wrong"), values: wrong }]}
    />
  </section>`;
}

/** What each threshold keeps of what the bot knows, and refuses of what it was not built for. */
function Scope({ report }) {
  const { scope, floor } = report;
  const used = scope.indexOf(pointAt(scope, floor));
  const chosen = useSignal(used);
  const here = scope[chosen.value];
  const use = async () => {
    if (await studio.keepShare(Math.max(0.5, here.kept))) {
      toast(t("bots.threshold_kept", { kept: percent(here.kept) }), { kind: "success" });
    }
  };
  return html`<section>
    <${Chart}
      kind="line"
      title=${t("bots.scope_curve")}
      axis=${t("bots.threshold")}
      format=${(value) => percent(value)}
      labels=${scope.map((one) => number(one.floor, 2))}
      series=${[
        { name: t("bots.kept"), values: scope.map((one) => one.kept) },
        { name: t("bots.refused"), values: scope.map((one) => one.refused) },
      ]}
    />
    <label class="threshold">
      <span>${t("bots.threshold")}</span>
      <input
        type="range"
        min="0"
        max=${scope.length - 1}
        value=${chosen.value}
        aria-valuetext=${number(here.floor, 2)}
        onInput=${(event) => (chosen.value = Number(event.target.value))}
      />
    </label>
    <p class="part-hint" role="status">
      ${t("bots.scope_here", {
        floor: number(here.floor, 2),
        kept: percent(here.kept),
        refused: percent(here.refused),
      })}
      ${" "}
      ${chosen.value === used && t("bots.threshold_used")}
    </p>
    ${
      can("bots.write") &&
      chosen.value !== used &&
      html`<${Button} icon="check" onClick=${use}>${t("bots.threshold_use")}<//>`
    }
  </section>`;
}
