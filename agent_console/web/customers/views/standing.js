// How a customer stands with us: roles, stage, who looks after them, archived or not.

import { html } from "htm/preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { shortDate } from "../../shared/i18n/format.js";
import { Button, Icon, Tag, usePopover } from "../../shared/kit/index.js";
import { can, user } from "../../shared/services/session.js";
import { change } from "../services/files.js";
import { colleagues, readColleagues } from "../services/colleagues.js";

export const ROLES = [
  "customer",
  "prospect",
  "partner",
  "supplier",
  "staff",
  "shareholder",
  "press",
  "other",
];
export const STAGES = ["lead", "prospect", "new", "active", "loyal", "dormant", "lost"];

export function Standing({ file }) {
  const { party } = file;
  const { open, root, close } = usePopover();
  const menu = useId();
  const words = [
    ...party.roles.map((role) => t(`party_role.${role}`)),
    party.stage && t(`stage.${party.stage}`),
    party.owner && t("standing.owned", { name: party.owner.name }),
  ].filter(Boolean);
  const shown = words.length ? words.join(" · ") : t("standing.none");
  return html`<div class="standing" ref=${root} onKeyDown=${close}>
    ${
      can("customers.write")
        ? html`<button
          type="button"
          class="editable"
          aria-haspopup="dialog"
          aria-expanded=${open.value}
          aria-controls=${open.value ? menu : undefined}
          aria-label=${t("editable.label", { label: t("standing.title"), value: shown })}
          onClick=${() => (open.value = !open.value)}
        >
          <span>${shown}</span>
          <${Icon} name="pencil" size=${12} />
        </button>`
        : words.length > 0 && html`<span>${shown}</span>`
    }
    ${
      party.archived_at &&
      html`<${Tag} kind="warning" icon="archive">
        ${t("standing.archived", { date: shortDate(party.archived_at) })}
      <//>`
    }
    ${open.value && html`<${Panel} id=${menu} party=${party} />`}
  </div>`;
}

function Panel({ id, party }) {
  useEffect(() => void readColleagues(), []);
  const first = useRef(null);
  useEffect(() => first.current?.focus(), []);
  const write = (changes, before) => change(party.id, changes, before);
  const turn = (role, on) => {
    const roles = on ? [...party.roles, role] : party.roles.filter((one) => one !== role);
    return write({ roles }, { roles: party.roles });
  };
  const mine = user.value?.id;
  return html`<div class="standing-panel" role="dialog" aria-label=${t("standing.title")} id=${id}>
    <fieldset>
      <legend>${t("standing.roles")}</legend>
      ${ROLES.map(
        (role, index) => html`<label key=${role}>
          <input
            type="checkbox"
            ref=${index === 0 ? first : undefined}
            checked=${party.roles.includes(role)}
            onChange=${(event) => turn(role, event.target.checked)}
          />
          <span>${t(`party_role.${role}`)}</span>
        </label>`,
      )}
    </fieldset>
    <label>
      <span>${t("standing.stage")}</span>
      <select
        value=${party.stage ?? ""}
        onChange=${(event) =>
          event.target.value && write({ stage: event.target.value }, party.stage && { stage: party.stage })}
      >
        ${!party.stage && html`<option value="">–</option>`}
        ${STAGES.map((stage) => html`<option value=${stage}>${t(`stage.${stage}`)}</option>`)}
      </select>
    </label>
    <label>
      <span>${t("standing.owner")}</span>
      <select
        value=${party.owner?.id ?? ""}
        onChange=${(event) => write({ owner: event.target.value }, { owner: party.owner?.id ?? "" })}
      >
        <option value="">${t("standing.nobody")}</option>
        ${[
          ...new Map(
            [...colleagues.value, ...(party.owner ? [party.owner] : [])].map((one) => [one.id, one]),
          ).values(),
        ].map(
          (one) =>
            html`<option value=${one.id}>
              ${one.id === mine ? t("standing.me", { name: one.name }) : one.name}
            </option>`,
        )}
      </select>
    </label>
    <${Button}
      small
      icon=${party.archived_at ? "archive-restore" : "archive"}
      onClick=${() => write({ archived: !party.archived_at }, { archived: Boolean(party.archived_at) })}
    >${t(party.archived_at ? "standing.restore" : "standing.archive")}<//>
  </div>`;
}
