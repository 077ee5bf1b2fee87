// Which columns a table shows, and in which order.

import { html } from "htm/preact";
import { t } from "../i18n/index.js";
import { arranged, moved, toggled } from "../models/columns.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";

export function ColumnsDialog({ columns, arrangement, onArrange, onClose }) {
  const shown = arranged(columns, arrangement);
  const hidden = columns.filter((column) => !shown.some((one) => one.id === column.id));
  return html`<${Dialog} title=${t("table.columns")} onClose=${onClose}>
    <ul class="columns-list">
      ${[...shown, ...hidden].map((column, at) => {
        const on = at < shown.length;
        return html`<li key=${column.id}>
          <label class="switch">
            <input
              type="checkbox"
              checked=${on}
              disabled=${on && shown.length === 1}
              onChange=${() => onArrange(toggled(columns, arrangement, column.id))}
            />
            <span>${column.label}</span>
          </label>
          ${
            on &&
            html`
              <${Button}
                small
                kind="ghost"
                icon="arrow-up"
                label=${t("table.move_up", { name: column.label })}
                disabled=${at === 0}
                onClick=${() => onArrange(moved(columns, arrangement, column.id, -1))}
              />
              <${Button}
                small
                kind="ghost"
                icon="arrow-down"
                label=${t("table.move_down", { name: column.label })}
                disabled=${at === shown.length - 1}
                onClick=${() => onArrange(moved(columns, arrangement, column.id, 1))}
              />
            `
          }
        </li>`;
      })}
    </ul>
    <footer>
      <${Button} onClick=${() => onArrange(null)}>${t("table.columns_reset")}<//>
      <${Button} kind="primary" onClick=${onClose}>${t("action.close")}<//>
    </footer>
  <//>`;
}
