// The board with invented deals.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { Board, withMove } from "../../shared/kit/index.js";
import { STATES, rowsOf } from "../models/samples.js";

export function BoardExamples() {
  const cards = useSignal(rowsOf(9).map((row) => ({ ...row, column: row.state, title: row.name })));
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("kit.board")}</h1>
      <p>${t("kit.board.hint")}</p>
    </header>
    <${Board}
      label=${t("kit.board")}
      columns=${STATES.map((id) => ({ id, title: t(`kit.state.${id}`) }))}
      cards=${cards.value}
      onMove=${(id, column, before) => (cards.value = withMove(cards.value, id, column, before))}
      render=${(card) => html`
        <b>${card.title}</b>
        <small>${card.city} · ${number(card.amount)}</small>
      `}
    />
  </main>`;
}
