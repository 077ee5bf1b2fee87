// The data table: any list, however long, of which only the rows in sight are in the page.
//
// Columns are chosen, moved and sized; headings sort; rows are moved through, chosen and opened by keyboard.
// The page owns the data (`Pages`), the sort, the selection and the arrangement, and hands them in.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { number } from "../i18n/format.js";
import { t } from "../i18n/index.js";
import { arranged, moved, sized } from "../models/columns.js";
import * as selections from "../models/selection.js";
import { explain } from "../services/feedback.js";
import { Button } from "./button.js";
import { Empty, Loading } from "./empty.js";
import { Icon } from "./icon.js";
import { still } from "./still.js";

const ROW = 44;
const BEYOND = 8; // rows kept ready above and below those in sight
const CHOOSE = 44; // width of the column of ticks

/**
 * `columns`: {id, label, width, min, sort, end, render(item)}; `pages`: the `Pages` shown; `sort`: a column's
 * `sort`, with a minus for the largest first. `onOpen(item)` for Enter and a click.
 */
export function DataTable({ empty, ...table }) {
  const { pages } = table;
  const state = pages.state.value;
  const { items } = state;
  if (state.error && items.length === 0) {
    return html`<${Empty}
      icon="circle-alert"
      title=${explain(state.error)}
      action=${{ label: t("action.retry"), icon: "refresh-cw", run: () => pages.retry() }}
    />`;
  }
  if (!state.known) return html`<${Loading} rows=${8} />`;
  if (items.length === 0 && !state.loading) return empty ?? null;
  return html`<${Grid} ...${table} />`;
}

function Grid({
  label,
  columns,
  pages,
  sort,
  onSort,
  arrangement,
  onArrange,
  selection,
  onSelect,
  onOpen,
  nameOf = (item) => item.name,
}) {
  const box = useRef(null);
  const id = useId();
  const view = useSignal({ from: 0, to: 40 });
  const current = useSignal(0);
  const anchor = useRef(null);
  const chosenNow = useRef(selection); // rows that were drawn earlier choose on top of what is chosen now
  chosenNow.current = selection;
  const state = pages.state.value;
  const { items } = state;
  const itemsNow = useRef(items);
  itemsNow.current = items;
  const shown = arranged(columns, arrangement);
  const template = [
    onSelect ? `${CHOOSE}px` : null,
    ...shown.map((c, i) => (i === shown.length - 1 ? `minmax(${c.width}px, 1fr)` : `${c.width}px`)),
  ]
    .filter(Boolean)
    .join(" ");
  const width = shown.reduce((sum, c) => sum + c.width, onSelect ? CHOOSE : 0);

  const measure = () => {
    const element = box.current;
    if (!element) return;
    const from = Math.max(0, Math.floor(element.scrollTop / ROW) - BEYOND);
    const to = from + Math.ceil(element.clientHeight / ROW) + 2 * BEYOND;
    if (from !== view.peek().from || to !== view.peek().to) view.value = { from, to };
    if (element.scrollTop + element.clientHeight > (pages.state.peek().items.length - 30) * ROW) pages.more();
  };
  useEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [items.length]);
  useEffect(() => {
    box.current?.scrollTo(0, 0);
    current.value = 0;
  }, [state.fresh]);

  const ids = () => itemsNow.current.map((item) => item.id);
  const chosen = useMemo(() => new Set(selection?.ids), [selection]);
  const choose = (item, event) => {
    const from = anchor.current;
    anchor.current = item.id;
    const now = chosenNow.current;
    if (event?.shiftKey && from) onSelect(selections.through(now, from, item.id, ids()));
    else onSelect(selections.toggled(now, item.id, ids()));
  };
  const goTo = (at, event) => {
    const to = Math.min(items.length - 1, Math.max(0, at));
    if (event?.shiftKey && onSelect) {
      onSelect(selections.through(selection, items[current.value]?.id, items[to]?.id, ids()));
    }
    current.value = to;
    const top = to * ROW;
    const element = box.current;
    const room = element.clientHeight - ROW; // the headings stick to the top
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + ROW > element.scrollTop + room) element.scrollTop = top + ROW - room;
  };
  const keys = (event) => {
    if (event.target !== box.current || items.length === 0) return;
    const page = Math.max(1, Math.floor(box.current.clientHeight / ROW) - 2);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
    if (by) goTo(current.value + by, event);
    else if (event.key === "Home") goTo(0, event);
    else if (event.key === "End") goTo(items.length - 1, event);
    else if (event.key === "Enter") onOpen?.(items[current.value]);
    else if (event.key === " " && onSelect) choose(items[current.value], null);
    else if (event.key === "a" && (event.ctrlKey || event.metaKey) && onSelect) {
      onSelect({ all: false, ids: ids() });
    } else if (event.key === "Escape" && onSelect && selections.countOf(selection, 1)) {
      onSelect(selections.NONE);
    } else return;
    event.preventDefault();
  };

  const { from, to } = view.value;
  const rows = items.slice(from, to);
  return html`<div
    class="grid-box"
    ref=${box}
    tabindex="0"
    role="grid"
    aria-label=${label}
    aria-rowcount=${state.next ? -1 : items.length + 1}
    aria-multiselectable=${onSelect ? "true" : undefined}
    aria-activedescendant=${items[current.value] ? `${id}-${current.value}` : undefined}
    aria-busy=${state.fresh ? "true" : undefined}
    onScroll=${measure}
    onKeyDown=${keys}
    style=${{ "--template": template, "--wide": `${width}px` }}
  >
    <div role="row" class="grid-row grid-head" aria-rowindex="1">
      ${
        onSelect &&
        html`<span role="columnheader" class="grid-cell">
          <${ChooseAll} selection=${selection} count=${items.length} ids=${ids} onSelect=${onSelect} />
        </span>`
      }
      ${shown.map(
        (column) => html`<${Heading}
          key=${column.id}
          column=${column}
          columns=${columns}
          arrangement=${arrangement}
          onArrange=${onArrange}
          sort=${sort}
          onSort=${onSort}
        />`,
      )}
    </div>
    <div role="rowgroup" class="grid-body" style=${{ height: `${items.length * ROW}px` }}>
      ${rows.map((item, i) => {
        const at = from + i;
        return html`<${Row}
          key=${item.id}
          id=${`${id}-${at}`}
          at=${at}
          item=${item}
          name=${nameOf(item)}
          layout=${shown.map((c) => c.id).join()}
          shown=${shown}
          chosen=${onSelect ? selection.all || chosen.has(item.id) : undefined}
          current=${at === current.value}
          onChoose=${(event) => choose(item, event)}
          onOpen=${onOpen}
        />`;
      })}
    </div>
    ${
      state.error &&
      html`<p class="grid-foot" role="status">
        ${explain(state.error)}
        <${Button} small onClick=${() => pages.retry()}>${t("action.retry")}<//>
      </p>`
    }
  </div>`;
}

function ChooseAll({ selection, count, ids, onSelect }) {
  const some = selection.all || selection.ids.length > 0;
  const all = selection.all || selection.ids.length === count;
  return html`<input
    type="checkbox"
    aria-label=${t("table.choose_all")}
    checked=${all}
    ref=${(element) => element && ((element.indeterminate = some && !all))}
    onChange=${() => onSelect(selections.allLoaded(selection, ids()))}
  />`;
}

/** Sorts by a click; is moved by dragging or Alt with arrows, sized at its edge or by Shift with arrows. */
function Heading({ column, columns, arrangement, onArrange, sort, onSort }) {
  const element = useRef(null);
  const descending = sort === `-${column.sort}`;
  const sorted = column.sort && (sort === column.sort || descending);
  const keys = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !onArrange) return;
    if (event.altKey) onArrange(moved(columns, arrangement, column.id, by));
    else if (event.shiftKey) onArrange(sized(columns, arrangement, column.id, column.width + 16 * by));
    else return;
    event.preventDefault();
  };
  const size = (event) => {
    event.preventDefault();
    const [start, width] = [event.clientX, element.current.offsetWidth];
    const move = (e) => onArrange(sized(columns, arrangement, column.id, width + e.clientX - start));
    const up = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", up);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", up);
  };
  const dropped = (event) => {
    event.preventDefault();
    const id = event.dataTransfer.getData("text/filrouge-column");
    const order = arranged(columns, arrangement).map((one) => one.id);
    if (id) onArrange(moved(columns, arrangement, id, order.indexOf(column.id) - order.indexOf(id)));
  };
  const turn = () => onSort(sorted && !descending ? `-${column.sort}` : column.sort);
  const direction = descending ? "descending" : "ascending";
  return html`<span
    role="columnheader"
    class="grid-cell ${column.end ? "end" : ""}"
    ref=${element}
    aria-sort=${sorted ? direction : undefined}
    draggable=${onArrange ? "true" : undefined}
    onDragStart=${(event) => event.dataTransfer.setData("text/filrouge-column", column.id)}
    onDragOver=${(event) => event.preventDefault()}
    onDrop=${dropped}
    onKeyDown=${keys}
  >
    ${
      column.sort
        ? html`<button type="button" class="grid-sort" onClick=${turn} title=${t("table.heading_hint")}>
          <span class="truncate">${column.label}</span>
          ${sorted && html`<${Icon} name=${descending ? "arrow-down" : "arrow-up"} size=${13} />`}
        </button>`
        : html`<span class="truncate">${column.label}</span>`
    }
    ${onArrange && html`<span class="grid-edge" aria-hidden="true" onPointerDown=${size}></span>`}
  </span>`;
}

const Row = still(
  function Row({ id, at, item, name, shown, chosen, current, onChoose, onOpen }) {
    const open = (event) => {
      if (event.target.closest("a, button, input, label") || String(getSelection())) return;
      onOpen?.(item);
    };
    return html`<div
      role="row"
      id=${id}
      class="grid-row ${current ? "current" : ""} ${onOpen ? "opens" : ""}"
      aria-rowindex=${at + 2}
      aria-selected=${chosen === undefined ? undefined : String(chosen)}
      style=${{ transform: `translateY(${at * ROW}px)` }}
      onClick=${open}
    >
      ${
        chosen !== undefined &&
        html`<span role="gridcell" class="grid-cell">
          <input
            type="checkbox"
            tabindex="-1"
            aria-label=${t("table.choose_one", { name })}
            checked=${chosen}
            onClick=${onChoose}
          />
        </span>`
      }
      ${shown.map(
        (column) => html`<span
          role="gridcell"
          key=${column.id}
          class="grid-cell ${column.end ? "end" : ""}"
        >${column.render(item)}</span>`,
      )}
    </div>`;
  },
  ["onChoose", "shown"],
);

/** What is above a table: how many there are, or how many are chosen and what may be done with them. */
export function TableBar({ pages, selection, onSelect, actions = [], children }) {
  const { total, items, next } = pages.state.value;
  const found = total ?? (next ? null : items.length);
  const count = selection ? selections.countOf(selection, found ?? items.length) : 0;
  const more = selection && !selection.all && count === items.length && count > 0 && next;
  if (count > 0) {
    return html`<div class="table-bar chosen" role="toolbar" aria-label=${t("table.actions")}>
      <strong role="status">${t("table.chosen", { count, number: number(count) })}</strong>
      ${
        more &&
        html`<${Button} small kind="ghost" onClick=${() => onSelect(selections.everything())}>
          ${
            found === null
              ? t("table.choose_found")
              : t("table.choose_found_count", { number: number(found) })
          }
        <//>`
      }
      ${actions.map(
        (action) => html`<${Button} key=${action.label} small icon=${action.icon} onClick=${action.run}>
          ${action.label}
        <//>`,
      )}
      <${Button} small kind="ghost" icon="x" onClick=${() => onSelect(selections.NONE)}>
        ${t("table.let_go")}
      <//>
    </div>`;
  }
  return html`<div class="table-bar">
    <span class="table-count" role="status">
      ${
        found === null
          ? t("table.found_many", { number: number(10_000) })
          : t("table.found", { count: found, number: number(found) })
      }
    </span>
    ${children}
  </div>`;
}
