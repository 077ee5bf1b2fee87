// Going through the possible duplicates of the whole base, by keyboard: one decision after the other.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { number, percent, phone, shortDate } from "../../shared/i18n/format.js";
import { Button, Empty, Icon, Loading, Tabs } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { planOf, shownChance, winnerOf } from "../models/compare.js";
import {
  changes,
  learnAll,
  merge,
  readPairs,
  readQuality,
  reopen,
  sayNotSame,
  searchAll,
} from "../services/duplicates.js";
import { Reasons, SideBySide } from "./side_by_side.js";

export function Review() {
  return html`<main class="page duplicates-page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("duplicates.title")}</h1>
      <p>${t("duplicates.hint")}</p>
      ${
        can("customers.merge") &&
        html`<${Button} icon="search" onClick=${searchAll}>${t("duplicates.search")}<//>`
      }
    </header>
    <div class="card">
      <${Tabs}
        label=${t("duplicates.title")}
        tabs=${[
          {
            id: "open",
            label: t("duplicates.open"),
            render: () => html`<${Open} key="open" state="open" />`,
          },
          {
            id: "sample",
            label: t("duplicates.sample"),
            render: () => html`
              <${Quality} />
              <${Open} key="sample" state="sample" />
            `,
          },
          { id: "said", label: t("duplicates.said"), render: () => html`<${SaidTwo} key="said" />` },
        ]}
      />
    </div>
  </main>`;
}

const PAUSE = 400; // milliseconds in which further news is waited for
const idOf = (pair) => `${pair.one.id} ${pair.other.id}`;

/** All pairs of a state, read page by page: {items, next, total, error, more(), read()}. */
function usePairs(state) {
  const found = useSignal(null);
  const problem = useSignal(null);
  const read = async (cursor) => {
    try {
      const page = await readPairs(state, cursor);
      const before = cursor ? found.peek().items : [];
      found.value = { ...page, items: [...before, ...page.items] };
      problem.value = null;
    } catch (error) {
      problem.value = error;
    }
  };
  useEffect(() => void read(), [state]);
  useEffect(() => {
    if (!changes.value) return undefined;
    const timer = setTimeout(hear, PAUSE);
    return () => clearTimeout(timer);
  }, [changes.value]);
  /** What was found meanwhile is put behind what is there, so that nothing moves under somebody's eyes. */
  const hear = async () => {
    const before = found.peek();
    const page = await readPairs(state).catch(() => null);
    if (!page || !before) return undefined;
    if (found.peek() !== before) return hear(); // somebody decided meanwhile
    const { items, next } = before;
    const known = new Set(items.map(idOf));
    const fresh = next ? [] : page.items.filter((pair) => !known.has(idOf(pair)));
    found.value = { items: [...items, ...fresh], next, total: page.total };
    return undefined;
  };
  return { found, problem, read };
}

function Open({ state }) {
  const { found, problem, read } = usePairs(state);
  const place = useSignal(0);
  if (problem.value) return html`<${Failed} problem=${problem.value} read=${read} />`;
  if (!found.value) return html`<${Loading} rows=${6} />`;
  const { items, next, total } = found.value;
  const pair = items[place.value];
  if (!pair) {
    return html`<${Empty} icon="check-check" title=${t(`duplicates.done_${state}`)}>
      ${t(`duplicates.done_${state}_hint`)}
    <//>`;
  }
  const move = (by) => {
    place.value = Math.max(0, Math.min(place.value + by, items.length));
    if (place.value > items.length - 10 && next) read(next);
  };
  const drop = (gone) => {
    const ids = [gone.one.id, gone.other.id];
    const touches = (kept) => ids.includes(kept.one.id) || ids.includes(kept.other.id);
    const rest = gone.merged
      ? items.filter((kept) => !touches(kept))
      : items.filter((kept) => kept !== gone.pair);
    found.value = { ...found.value, items: rest, total: total - (items.length - rest.length) };
    if (rest.length < 10 && next) read(next);
  };
  return html`<${Pair}
    key=${`${pair.one.id} ${pair.other.id}`}
    pair=${pair}
    total=${total}
    first=${place.value === 0}
    onMove=${move}
    onDrop=${drop}
    onUndone=${() => read()}
  />`;
}

/** How good the proposals are, by the pairs drawn by chance that somebody judged. */
function Quality() {
  const told = useSignal(null);
  const read = () =>
    readQuality().then(
      (answer) => (told.value = answer),
      () => {},
    );
  useEffect(() => void read(), [changes.value]);
  if (!told.value) return null;
  const { judged, drawn, precision, recall, learned } = told.value;
  const figure = (value) => (value === null ? "–" : percent(value));
  return html`<section class="quality" aria-label=${t("duplicates.quality")}>
    <dl class="figures">
      <div>
        <dd>${figure(precision)}</dd>
        <dt>${t("duplicates.precision")}</dt>
      </div>
      <div>
        <dd>${figure(recall)}</dd>
        <dt>${t("duplicates.recall")}</dt>
      </div>
      <div>
        <dd>${t("duplicates.judged_of", { judged: number(judged), drawn: number(drawn) })}</dd>
        <dt>${t("duplicates.judged")}</dt>
      </div>
    </dl>
    <p>
      <span>
        ${
          learned
            ? t("duplicates.learned", {
                date: shortDate(learned.at),
                base: number(learned.base),
                doubles: number(learned.doubles),
              })
            : t("duplicates.not_learned")
        }
      </span>
      ${
        can("customers.model") &&
        html`<${Button} small icon="sparkles" onClick=${learnAll}>${t("duplicates.learn")}<//>`
      }
    </p>
  </section>`;
}

function Pair({ pair, total, first, onMove, onDrop, onUndone }) {
  const root = useRef(null);
  const busy = useSignal(false);
  const chosen = useSignal({});
  const kept = useSignal(winnerOf(pair.one, pair.other).id);
  const { one, other } = pair;
  const decide = async (run) => {
    if (busy.value) return;
    busy.value = true;
    const done = await run();
    busy.value = false;
    if (done) onDrop({ pair, one, other, merged: done !== true });
  };
  const doMerge = () => {
    const { winner, loser, take } = planOf(one, other, kept.value, chosen.value);
    return decide(() => merge(winner, loser, take, { onUndone }));
  };
  const doSplit = () => decide(() => sayNotSame(one, other, { onUndone }));
  const keys = {
    Enter: doMerge,
    f: doMerge,
    n: doSplit,
    ArrowRight: () => onMove(1),
    ArrowLeft: () => onMove(-1),
    g: () => turn(),
  };
  const turn = () => {
    kept.value = kept.value === one.id ? other.id : one.id;
    chosen.value = {};
  };
  useEffect(() => {
    root.current?.focus({ preventScroll: true });
  }, []);
  const pressed = (event) => {
    const own = event.target.closest("input, a, button, select, textarea");
    if (own && (event.key === "Enter" || own.type === "radio")) return;
    const run = !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key];
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  };
  return html`<section
    class="pair"
    ref=${root}
    tabindex="-1"
    aria-label=${`${phone(one.name)} · ${phone(other.name)}`}
    onKeyDown=${pressed}
  >
    <header class="pair-head">
      <p>
        <b>${t("duplicates.certainty", { percent: percent(shownChance(pair.probability)) })}</b>
        <span>${t("duplicates.count", { count: total })}</span>
      </p>
      <${Reasons} reasons=${pair.reasons} />
    </header>
    <${SideBySide} one=${one} other=${other} kept=${kept.value} chosen=${chosen} onTurn=${turn} />
    <footer class="pair-actions">
      <${Button} icon="chevron-left" disabled=${first} shortcut="←" onClick=${() => onMove(-1)}>
        ${t("duplicates.previous")}
      <//>
      <${Button} shortcut="→" onClick=${() => onMove(1)}>${t("duplicates.next")}<//>
      ${
        can("customers.merge") &&
        html`
          <${Button} icon="x" shortcut="N" disabled=${busy.value} onClick=${doSplit}>
            ${t("duplicates.not_same")}
          <//>
          <${Button} kind="primary" icon="git-merge" shortcut="F" disabled=${busy.value} onClick=${doMerge}>
            ${t("duplicates.merge")}
          <//>
        `
      }
    </footer>
  </section>`;
}

function SaidTwo() {
  const { found, problem, read } = usePairs("not_same");
  if (problem.value) return html`<${Failed} problem=${problem.value} read=${read} />`;
  if (!found.value) return html`<${Loading} rows=${6} />`;
  const { items, next } = found.value;
  if (items.length === 0) return html`<${Empty} icon="split" title=${t("duplicates.no_said")} />`;
  return html`
    <ul class="said-two">
      ${items.map(
        (pair) => html`<li key=${`${pair.one.id} ${pair.other.id}`}>
          <span class="truncate">${phone(pair.one.name)}</span>
          <${Icon} name="split" size=${14} />
          <span class="truncate">${phone(pair.other.name)}</span>
          ${
            can("customers.merge") &&
            html`<${Button}
              small
              onClick=${async () => {
                if (await reopen(pair.one, pair.other)) read();
              }}
            >${t("duplicates.reopen")}<//>`
          }
        </li>`,
      )}
    </ul>
    ${next && html`<${Button} onClick=${() => read(next)}>${t("customers.more")}<//>`}
  `;
}

const Failed = ({ problem, read }) =>
  html`<${Empty}
    icon="circle-alert"
    title=${explain(problem)}
    action=${{ label: t("action.retry"), run: () => read() }}
  />`;
