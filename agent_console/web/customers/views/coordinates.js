// Where a customer is reached: telephone numbers, mailboxes, postal addresses.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { phone, shortDate } from "../../shared/i18n/format.js";
import { Button, Icon, Tag } from "../../shared/kit/index.js";
import { attempt } from "../../shared/services/feedback.js";
import { can, settings } from "../../shared/services/session.js";
import { sourceName } from "../../fields/index.js";
import { addContactPoint, endAddress, readPoints } from "../services/files.js";
import { AddressDialog } from "./address.js";

const ASSURANCE = {
  verified: { icon: "shield-check", kind: "success" },
  unverified: { icon: "shield-question-mark", kind: "warning" },
  blocked: { icon: "shield-alert", kind: "danger" },
};
const POINT_ICONS = { email: "mail", phone: "phone", webchat: "message-circle", postal: "map-pin" };

export function Coordinates({ file }) {
  const { party, addresses } = file;
  const further = useSignal({ items: [], next: file.contact_points_next });
  const points = [...file.contact_points, ...further.value.items];
  const more = async () => {
    const page = await attempt(() => readPoints(party.id, further.value.next));
    if (page) further.value = { items: [...further.value.items, ...page.items], next: page.next };
  };
  const adding = useSignal(false);
  const editing = useSignal(null);
  return html`<section class="family">
    <header>
      <h3>${t("family.coordinates")}</h3>
      <${Button}
        small
        kind="ghost"
        icon="plus"
        label=${t("coordinates.add")}
        aria-expanded=${adding.value}
        onClick=${() => (adding.value = !adding.value)}
      />
    </header>
    <ul class="points">
      ${points.map((point) => {
        const mark = ASSURANCE[point.assurance] ?? ASSURANCE.unverified;
        return html`<li key=${point.id} title=${t("fact.source", { source: sourceName(point.source) })}>
          <${Icon}
            name=${POINT_ICONS[point.kind] ?? "at-sign"}
            size=${14}
            label=${word("kind", point.kind)}
          />
          <span class="truncate">
            ${point.kind === "webchat" ? t("coordinates.visitor") : shownPoint(point.kind, point.value)}
          </span>
          ${point.preferred && html`<${Icon} name="star" size=${13} label=${t("coordinates.preferred")} />`}
          <${Tag} kind=${mark.kind} icon=${mark.icon}>${t(`assurance.${point.assurance}`)}<//>
        </li>`;
      })}
    </ul>
    ${further.value.next && html`<${Button} small kind="ghost" onClick=${more}>${t("customers.more")}<//>`}
    <ul class="points">
      ${addresses.map(
        (address) => html`<${Address}
          key=${address.id}
          party=${party}
          address=${address}
          onEdit=${() => (editing.value = address)}
        />`,
      )}
    </ul>
    ${
      points.length + addresses.length === 0 &&
      !adding.value &&
      html`<p class="nothing">${t("customer.nothing")}</p>`
    }
    ${
      adding.value &&
      html`<${AddPoint}
        party=${party}
        onDone=${() => (adding.value = false)}
        onPostal=${() => {
          adding.value = false;
          editing.value = {};
        }}
      />`
    }
    ${
      editing.value &&
      html`<${AddressDialog}
        party=${party}
        address=${editing.value}
        onClose=${() => (editing.value = null)}
      />`
    }
  </section>`;
}

export const shownPoint = (kind, value) => (kind === "phone" ? phone(value) : value);

function Address({ party, address, onEdit }) {
  const home = settings.value.country ?? "FR";
  const may = can("customers.write");
  const shown = [...address.lines, ...(address.country === home ? [] : [address.country_name])];
  return html`<li
    class="postal"
    title=${`${t("fact.source", { source: sourceName(address.source) })} · ${shortDate(address.created_at)}`}
  >
    <${Icon} name="map-pin" size=${14} label=${word("kind", "postal")} />
    <address>
      <small>${t(`address_use.${address.use}`)}</small>
      ${shown.map((line) => html`<span>${line}</span>`)}
    </address>
    ${address.preferred && html`<${Icon} name="star" size=${13} label=${t("coordinates.preferred")} />`}
    ${
      may &&
      html`
        <${Button}
          small
          kind="ghost"
          icon="pencil"
          label=${t("address.edit", { street: address.street })}
          onClick=${onEdit}
        />
        <${Button}
          small
          kind="ghost"
          icon="x"
          label=${t("address.end", { street: address.street })}
          onClick=${() => endAddress(party.id, address)}
        />
      `
    }
  </li>`;
}

function AddPoint({ party, onDone, onPostal }) {
  const kind = useSignal("email");
  const value = useSignal("");
  const submit = async (event) => {
    event.preventDefault();
    if (await addContactPoint(party.id, kind.value, value.value.trim())) onDone();
  };
  return html`<form class="add-fact" onSubmit=${submit}>
    <select
      aria-label=${t("coordinates.kind")}
      value=${kind.value}
      onChange=${(e) => (e.target.value === "postal" ? onPostal() : (kind.value = e.target.value))}
    >
      ${["email", "phone", "postal"].map((k) => html`<option value=${k}>${word("kind", k)}</option>`)}
    </select>
    <input
      required
      autofocus
      type=${kind.value === "email" ? "email" : "tel"}
      aria-label=${t("coordinates.value")}
      value=${value.value}
      onInput=${(e) => (value.value = e.target.value)}
    />
    <${Button} small kind="primary" icon="check" type="submit" label=${t("action.save")} />
    <${Button} small kind="ghost" icon="x" label=${t("action.cancel")} onClick=${onDone} />
  </form>`;
}
