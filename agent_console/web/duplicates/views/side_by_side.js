// Two files beside each other, the values that differ marked, and which of them stay.

import { html } from "htm/preact";
import { useId } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, phone, shortDate } from "../../shared/i18n/format.js";
import { Avatar, Button, Icon, Tag } from "../../shared/kit/index.js";
import { addressOf } from "../../shared/services/route.js";
import { TagChips } from "../../tags/index.js";
import { reasonsOf, rowsOf, sideOf } from "../models/compare.js";

/** `kept` is the id of the file that stays, `onTurn` changes it; `chosen` is a signal of the side by row. */
export function SideBySide({ one, other, kept, chosen, onTurn }) {
  const rows = rowsOf(one, other);
  const side = kept === one.id ? "one" : "other";
  return html`<div class="side-by-side">
    <${Head} party=${one} stays=${kept === one.id} onTurn=${onTurn} />
    <${Head} party=${other} stays=${kept === other.id} onTurn=${onTurn} />
    ${rows.map(
      (row) =>
        html`<${Row} key=${row.id} row=${row} side=${sideOf(row, chosen.value, side)} chosen=${chosen} />`,
    )}
    <${Points} party=${one} />
    <${Points} party=${other} />
  </div>`;
}

function Head({ party, stays, onTurn }) {
  return html`<header class="side-head ${stays ? "stays" : ""}">
    <${Avatar} name=${party.name} size="large" />
    <div>
      <h3>
        <a href=${addressOf("customers", party.id)} title=${t("duplicates.open_file")}>
          ${phone(party.name)}
        </a>
      </h3>
      <p>
        ${t("duplicates.since", { date: shortDate(party.created_at) })} ·${" "}
        ${number(party.conversations)} ${t("relational.conversations", { count: party.conversations })}
      </p>
      <${TagChips} ids=${party.tags} />
    </div>
    ${
      stays
        ? html`<${Tag} kind="success" icon="check">${t("duplicates.stays")}<//>`
        : html`<${Button} small onClick=${onTurn}>${t("duplicates.turn")}<//>`
    }
  </header>`;
}

function Row({ row, side, chosen }) {
  const id = useId();
  const label = row.family ? word("field", row.field) : t(`customers.column.${row.field}`);
  const choose = (which) => (chosen.value = { ...chosen.value, [row.id]: which });
  const cell = (which) => {
    const value = row[which];
    if (value === "") return html`<div class="side-cell blank">–</div>`;
    const shown = textOf(row, value);
    if (!row.differ) return html`<div class="side-cell">${shown}</div>`;
    return html`<label class="side-cell differs ${side === which ? "kept" : ""}">
      <input
        type="radio"
        name=${id}
        checked=${side === which}
        aria-label=${`${label}: ${shown}. ${t("duplicates.keep")}`}
        onChange=${() => choose(which)}
      />
      <span>${shown}</span>
    </label>`;
  };
  return html`
    <div class="side-label">${label}</div>
    ${cell("one")} ${cell("other")}
  `;
}

function textOf(row, value) {
  if (row.field === "language") return word("language", value);
  if (row.field === "preferred_channel") return word("channel", value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return shortDate(value);
  return row.field === "name" ? phone(String(value)) : String(value);
}

const ICONS = { email: "mail", phone: "phone", webchat: "message-circle", postal: "map-pin" };

function Points({ party }) {
  return html`<ul class="side-points" aria-label=${t("family.coordinates")}>
    ${party.contact_points.map(
      (point) => html`<li key=${point.kind + point.value}>
        <${Icon} name=${ICONS[point.kind] ?? "at-sign"} size=${13} label=${word("kind", point.kind)} />
        <span class="truncate">
          ${
            point.kind === "webchat"
              ? t("coordinates.visitor")
              : point.kind === "phone"
                ? phone(point.value)
                : point.value
          }
        </span>
      </li>`,
    )}
  </ul>`;
}

/** Why the two may be one, and why not. */
export function Reasons({ reasons }) {
  const { speakFor, speakAgainst } = reasonsOf(reasons);
  const list = (told, kind, label) =>
    told.length > 0 &&
    html`<ul class="reasons" aria-label=${label}>
      ${told.map(
        (reason) => html`<li key=${reason.field}>
          <${Tag}
            kind=${kind}
            icon=${kind === "success" ? "check" : "x"}
            title=${`${reason.one} · ${reason.other}`}
          >${t(`duplicates.reason.${reason.field}.${reason.level}`)}<//>
        </li>`,
      )}
    </ul>`;
  return html`
    ${list(speakFor, "success", t("duplicates.for"))}
    ${list(speakAgainst, "warning", t("duplicates.against"))}
  `;
}
