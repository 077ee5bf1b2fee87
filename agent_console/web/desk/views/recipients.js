// Who the mail goes to, in sight before it is sent, and changed here.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { Button, Icon } from "../../shared/kit/index.js";
import { addressesIn, isAddress, withAddresses, without } from "../models/recipients.js";

/** @param recipients {to, cc}; `change` gets the new ones */
export function Recipients({ recipients, change, locked }) {
  const copying = useSignal(false);
  const fields = recipients.cc.length > 0 || copying.value ? ["to", "cc"] : ["to"];
  return html`<div class="recipients">
    ${fields.map(
      (field) => html`<${Field}
        key=${field}
        field=${field}
        recipients=${recipients}
        change=${change}
        locked=${locked}
      />`,
    )}
    ${
      fields.length === 1 &&
      !locked &&
      html`<${Button} small kind="ghost" onClick=${() => (copying.value = true)}>${t("recipients.cc")}<//>`
    }
  </div>`;
}

function Field({ field, recipients, change, locked }) {
  const typed = useSignal("");
  const add = (text) => {
    const addresses = addressesIn(text);
    const wrong = addresses.filter((one) => !isAddress(one));
    typed.value = wrong.join(", ");
    const right = addresses.filter(isAddress);
    if (right.length > 0) change(withAddresses(recipients, field, right));
  };
  const keys = (event) => {
    if (event.isComposing) return;
    if ((event.key === "Enter" || event.key === "," || event.key === ";") && typed.peek().trim()) {
      event.preventDefault();
      add(typed.peek());
    }
    if (event.key === "Backspace" && !typed.peek() && recipients[field].length > 0) {
      event.preventDefault();
      change(without(recipients, recipients[field].at(-1)));
    }
  };
  const wrong = typed.value.trim() !== "" && !addressesIn(typed.value).every(isAddress);
  return html`<div class="recipients-field">
    <span class="recipients-label" id="recipients-${field}">${t(`recipients.${field}`)}</span>
    <ul aria-labelledby="recipients-${field}">
      ${recipients[field].map(
        (address) => html`<li key=${address} class="recipient">
          <span class="truncate" title=${address}>${address}</span>
          ${
            !locked &&
            html`<button
              type="button"
              aria-label=${t("recipients.remove", { address })}
              title=${t("recipients.remove", { address })}
              onClick=${() => change(without(recipients, address))}
            >
              <${Icon} name="x" size=${12} />
            </button>`
          }
        </li>`,
      )}
    </ul>
    ${
      !locked &&
      html`<input
        type="email"
        inputmode="email"
        autocomplete="off"
        aria-labelledby="recipients-${field}"
        aria-invalid=${wrong ? "true" : undefined}
        placeholder=${t("recipients.add")}
        value=${typed.value}
        onInput=${(event) => (typed.value = event.target.value)}
        onKeyDown=${keys}
        onBlur=${() => add(typed.peek())}
      />`
    }
  </div>`;
}
