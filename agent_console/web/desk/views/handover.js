// Why the bot gave a conversation to a person, and what it had learnt, in the reader's language.

import { html } from "htm/preact";
import { t, word } from "../../shared/i18n/index.js";
import { linesOf } from "../models/handover.js";

export function Handover({ facts, said = false }) {
  return html`<dl class="handover">
    ${linesOf(facts, { said }).map(
      ({ name, family, values }) =>
        html`<div key=${name}>
          <dt>${word("handed", name)}</dt>
          <dd>${shown(family, values)}</dd>
        </div>`,
    )}
  </dl>`;
}

function shown(family, values) {
  if (family === "quote")
    return values.map((text) => html`<span class="quote">${t("handed.quote", { text })}</span>`);
  if (family === "handover") return values.map((value) => word("handover", value)).join(", ");
  if (family === "intent") return values.map((value) => word("intent", value)).join(", ");
  return values.join(", ");
}
