// Charts in small SVG, each with its numbers in a table beside it, for those who read rather than look.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { number as plainNumber, percent } from "../i18n/format.js";
import { t } from "../i18n/index.js";
import * as model from "../models/chart.js";
import { Button } from "./button.js";

const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 8;

/**
 * `kind`: line, bar, stacked, heat or funnel. `labels` are those of the axis (of a heat map the columns),
 * `series` {name, values} (of a heat map the rows; of a funnel one, whose values are the steps).
 */
export function Chart({ kind, title, labels, series, format = plainNumber, axis = "" }) {
  const tabled = useSignal(false);
  const box = useRef(null);
  const width = useSignal(560);
  const id = useId();
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const wide = Math.round(entry.contentRect.width);
      if (wide > 0 && wide !== width.peek()) width.value = wide;
    });
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const Drawing = DRAWINGS[kind];
  return html`<figure class="chart" aria-labelledby=${id}>
    <figcaption id=${id}>
      <span>${title}</span>
      <${Button}
        small
        kind="ghost"
        icon=${tabled.value ? "chart-column" : "table-2"}
        aria-pressed=${tabled.value}
        onClick=${() => (tabled.value = !tabled.value)}
      >${t(tabled.value ? "chart.as_chart" : "chart.as_table")}<//>
    </figcaption>
    <div ref=${box} class="chart-box">
      ${
        tabled.value
          ? html`<${Numbers} ...${{ kind, title, labels, series, format, axis }} />`
          : html`<${Drawing} ...${{ title, labels, series, format, width: width.value }} />`
      }
    </div>
    ${
      !tabled.value &&
      series.length > 1 &&
      kind !== "heat" &&
      html`<ul class="chart-legend">
        ${series.map(
          (one, i) => html`<li key=${one.name}>
            <span class="chart-key s${i % 6}"></span>
            ${one.name}
          </li>`,
        )}
      </ul>`
    }
  </figure>`;
}

function Numbers({ kind, title, labels, series, format, axis }) {
  const first = series[0]?.values[0];
  return html`<div class="table-scroll" tabindex="0" role="group" aria-label=${title}>
    <table>
      <thead>
        <tr>
          <th scope="col">${axis}</th>
          ${series.map((one) => html`<th scope="col" class="number" key=${one.name}>${one.name}</th>`)}
          ${kind === "funnel" && html`<th scope="col" class="number">${t("chart.share")}</th>`}
        </tr>
      </thead>
      <tbody>
        ${labels.map(
          (label, i) => html`<tr key=${label}>
            <th scope="row">${label}</th>
            ${series.map(
              (one) => html`<td class="number" key=${one.name}>
                ${one.values[i] === null || one.values[i] === undefined ? "–" : format(one.values[i])}
              </td>`,
            )}
            ${
              kind === "funnel" &&
              html`<td class="number">${first ? percent(series[0].values[i] / first) : "–"}</td>`
            }
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function Axes({ ticks, labels, x, y, width, format, shown }) {
  return html`
    ${ticks.map(
      (tick) => html`<g key=${tick}>
        <line class="chart-line" x1=${LEFT} x2=${width} y1=${y(tick)} y2=${y(tick)} />
        <text class="chart-tick" x=${LEFT - 6} y=${y(tick) + 4} text-anchor="end">${format(tick)}</text>
      </g>`,
    )}
    ${labels.map(
      (label, i) =>
        shown(i) &&
        html`<text key=${i} class="chart-tick" x=${x(i)} y=${HEIGHT - 6} text-anchor="middle">
          ${label}
        </text>`,
    )}
  `;
}

function frame({ labels, series, width }, stacked) {
  const whole = series.every((one) => one.values.every((value) => Number.isInteger(value ?? 0)));
  const ticks = model.ticksFor(model.largestOf(series, stacked), { whole });
  const band = (width - LEFT) / Math.max(1, labels.length);
  const longest = Math.max(...labels.map((label) => String(label).length), 1);
  return {
    ticks,
    band,
    x: (i) => LEFT + band * (i + 0.5),
    y: (value) => HEIGHT - BOTTOM - (value / ticks.at(-1)) * (HEIGHT - BOTTOM - TOP),
    shown: model.everyOther(labels.length, width - LEFT, longest * 7 + 12),
  };
}

function Svg({ title, width, children }) {
  return html`<svg
    role="img"
    aria-label=${title}
    width=${width}
    height=${HEIGHT}
    viewBox=${`0 0 ${width} ${HEIGHT}`}
  >${children}</svg>`;
}

function Lines({ title, labels, series, format, width }) {
  const place = frame({ labels, series, width }, false);
  return html`<${Svg} title=${title} width=${width}>
    <${Axes} ...${place} labels=${labels} width=${width} format=${format} />
    ${series.map(
      (one, i) => html`<g key=${one.name} class="s${i % 6}">
        <path class="chart-path" d=${model.linePath(one.values, place.x, place.y)} />
        ${one.values.map(
          (value, j) =>
            value !== null &&
            value !== undefined &&
            html`<circle class="chart-dot" key=${j} cx=${place.x(j)} cy=${place.y(value)} r="3">
              <title>${`${labels[j]} · ${one.name} : ${format(value)}`}</title>
            </circle>`,
        )}
      </g>`,
    )}
  <//>`;
}

function Bars({ title, labels, series, format, width, stacked }) {
  const place = frame({ labels, series, width }, stacked);
  const room = Math.min(place.band * 0.7, 64 * (stacked ? 1 : series.length));
  const each = stacked ? room : room / series.length;
  const floor = place.y(0);
  const below = (i, j) => series.slice(0, i).reduce((sum, one) => sum + (one.values[j] ?? 0), 0);
  return html`<${Svg} title=${title} width=${width}>
    <${Axes} ...${place} labels=${labels} width=${width} format=${format} />
    ${series.map(
      (one, i) => html`<g key=${one.name} class="s${i % 6}">
        ${one.values.map((value, j) => {
          const height = floor - place.y(value ?? 0);
          const left = place.x(j) - room / 2 + (stacked ? 0 : i * each);
          const top = stacked ? place.y(below(i, j)) - height : floor - height;
          return html`<rect
            class="chart-bar"
            key=${j}
            x=${left}
            y=${top}
            width=${Math.max(1, each - 2)}
            height=${Math.max(0, height)}
            rx="2"
          >
            <title>${`${labels[j]} · ${one.name} : ${format(value ?? 0)}`}</title>
          </rect>`;
        })}
      </g>`,
    )}
  <//>`;
}

const Stacked = (props) => html`<${Bars} ...${props} stacked />`;

function Heat({ title, labels, series, format, width }) {
  const left = 90;
  const band = (width - left) / Math.max(1, labels.length);
  const row = Math.min(32, (HEIGHT - BOTTOM) / Math.max(1, series.length));
  const largest = model.largestOf(series, false);
  const longest = Math.max(...labels.map((label) => String(label).length), 1);
  const shown = model.everyOther(labels.length, width - left, longest * 7 + 8);
  return html`<${Svg} title=${title} width=${width}>
    ${series.map(
      (one, i) => html`<g key=${one.name}>
        <text class="chart-tick" x=${left - 8} y=${i * row + row / 2 + 4} text-anchor="end">
          ${one.name}
        </text>
        ${one.values.map(
          (value, j) => html`<rect
            class="chart-heat"
            key=${j}
            x=${left + j * band + 1}
            y=${i * row + 1}
            width=${Math.max(1, band - 2)}
            height=${row - 2}
            rx="3"
            style=${{ "--strength": model.strength(value, largest) }}
          >
            <title>${`${one.name} · ${labels[j]} : ${format(value)}`}</title>
          </rect>`,
        )}
      </g>`,
    )}
    ${labels.map(
      (label, j) =>
        shown(j) &&
        html`<text
          class="chart-tick"
          key=${j}
          x=${left + (j + 0.5) * band}
          y=${series.length * row + 16}
          text-anchor="middle"
        >${label}</text>`,
    )}
  <//>`;
}

function Funnel({ title, labels, series, format, width }) {
  const [{ values }] = series;
  const row = (HEIGHT - TOP) / Math.max(1, values.length);
  const left = Math.min(160, width * 0.34);
  const room = width - left - 110;
  const first = values[0] || 1;
  return html`<${Svg} title=${title} width=${width}>
    ${values.map(
      (value, i) => html`<g key=${labels[i]} class="s0">
        <text class="chart-tick strong" x=${left - 10} y=${i * row + row / 2 + 4} text-anchor="end">
          ${labels[i]}
        </text>
        <rect
          class="chart-bar"
          x=${left}
          y=${i * row + 4}
          width=${Math.max(2, (value / first) * room)}
          height=${row - 8}
          rx="4"
          style=${{ opacity: 1 - i * 0.12 }}
        />
        <text
          class="chart-tick"
          x=${left + Math.max(2, (value / first) * room) + 8}
          y=${i * row + row / 2 + 4}
        >${`${format(value)} · ${percent(value / first)}`}</text>
      </g>`,
    )}
  <//>`;
}

const DRAWINGS = { line: Lines, bar: Bars, stacked: Stacked, heat: Heat, funnel: Funnel };
