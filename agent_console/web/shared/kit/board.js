// The board: cards in columns, moved by dragging or by Alt with arrows.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { number } from "../i18n/format.js";
import { t } from "../i18n/index.js";

/**
 * `columns`: {id, title}; `cards`: {id, column, title, ...} in their order. `onMove(id, column, before)`:
 * `before` is the id of the card it now stands above, null at the end.
 */
export function Board({ label, columns, cards, render, onMove }) {
  const over = useSignal(null);
  const said = useSignal("");
  const of = (column) => cards.filter((card) => card.column === column);
  const move = (card, column, before) => {
    over.value = null;
    if (card.id === before) return;
    onMove(card.id, column, before);
    const { title } = columns.find((one) => one.id === column);
    said.value = t("board.moved", { card: card.title, column: title });
  };
  const keys = (card) => (event) => {
    if (!event.altKey) return;
    const at = columns.findIndex((one) => one.id === card.column);
    const mates = of(card.column);
    const place = mates.indexOf(card);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && columns[at + step]) move(card, columns[at + step].id, null);
    else if (event.key === "ArrowUp" && place > 0) move(card, card.column, mates[place - 1].id);
    else if (event.key === "ArrowDown" && place < mates.length - 1) {
      move(card, card.column, mates[place + 2]?.id ?? null);
    } else return;
    event.preventDefault();
    requestAnimationFrame(() => document.getElementById(`card-${card.id}`)?.focus());
  };
  const dropped = (column, before) => (event) => {
    event.preventDefault();
    event.stopPropagation();
    const card = cards.find((one) => one.id === event.dataTransfer.getData("text/filrouge-card"));
    if (card) move(card, column, before);
  };
  const hover = (column) => (event) => {
    event.preventDefault();
    over.value = column;
  };
  return html`<div class="board" role="group" aria-label=${label}>
    ${columns.map(
      (column) => html`<section
        key=${column.id}
        class="board-column ${over.value === column.id ? "over" : ""}"
        aria-label=${column.title}
        onDragOver=${hover(column.id)}
        onDrop=${dropped(column.id, null)}
      >
        <h2>
          ${column.title}
          <span class="count">${number(of(column.id).length)}</span>
        </h2>
        <ul>
          ${of(column.id).map(
            (card) => html`<li
              key=${card.id}
              id=${`card-${card.id}`}
              class="board-card"
              tabindex="0"
              draggable="true"
              aria-description=${t("board.hint")}
              onKeyDown=${keys(card)}
              onDragStart=${(event) => event.dataTransfer.setData("text/filrouge-card", card.id)}
              onDragEnd=${() => (over.value = null)}
              onDrop=${dropped(column.id, card.id)}
            >${render(card)}</li>`,
          )}
        </ul>
      </section>`,
    )}
    <p class="visually-hidden" role="status">${said.value}</p>
  </div>`;
}

/** The cards after a move, for who keeps them as one list. */
export function withMove(cards, id, column, before) {
  const card = { ...cards.find((one) => one.id === id), column };
  const others = cards.filter((one) => one.id !== id);
  const at = before === null ? others.length : others.findIndex((one) => one.id === before);
  return [...others.slice(0, at), card, ...others.slice(at)];
}
