// Every shortcut, and the switch for those of one letter.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { Dialog } from "../../shared/kit/index.js";
import { singleKeys } from "../../shared/services/preferences.js";
import { shortcuts } from "../services/keys.js";

export function ShortcutsDialog({ onClose }) {
  return html`<${Dialog} wide title=${t("shortcuts.title")} onClose=${onClose}>
    <dl class="shortcuts">
      ${shortcuts().map(
        ({ keys, label }) => html`<div key=${label}>
          <dt>${label}</dt>
          <dd>
            ${keys.split(" ").map((k) => html`<kbd>${k.length === 1 ? k.toUpperCase() : k}</kbd>`)}
          </dd>
        </div>`,
      )}
    </dl>
    <label class="switch">
      <input
        type="checkbox"
        autofocus
        checked=${singleKeys.value}
        onChange=${(e) => (singleKeys.value = e.target.checked)}
      />
      <span>${t("shortcuts.single")}</span>
    </label>
  <//>`;
}
