// The families of the customer file: what is known, and with a click what could be.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { Button } from "../../shared/kit/index.js";
import { can } from "../../shared/services/session.js";
import {
  ValueRow,
  fields,
  fieldsOf,
  inOrder,
  inWords,
  isEmpty,
  labelOf,
  shownValue,
} from "../../fields/index.js";
import { Figures } from "../../orders/index.js";
import { saved } from "../services/files.js";

export const FAMILIES = ["identity", "socio_demographic", "socio_cultural", "behavioural"];
const ELSEWHERE = new Set(["name", "language"]); // shown at the top

export function Family({ file, family }) {
  const { party, people } = file;
  const all = useSignal(false);
  const editing = useSignal(null);
  const may = can("customers.write");
  const known = new Map((file.families[family] ?? []).map((fact) => [fact.field, fact]));
  const defined = fieldsOf(fields.all.value, family, party.kind);
  const names = new Set(defined.map((field) => field.key));
  const others = [...known.values()].filter((fact) => !names.has(fact.field) && !ELSEWHERE.has(fact.field));
  const held = (key) => !isEmpty(known.get(key)?.value);
  const shown = defined.filter((field) => all.value || held(field.key) || editing.value === field.key);
  const row = (key, field) => html`<${ValueRow}
    key=${key}
    partyId=${party.id}
    field=${field}
    fact=${known.get(key) ?? null}
    people=${people}
    may=${may}
    editing=${editing}
    onSaved=${(name, value, was) => saved(party.id, name, value, was)}
  />`;
  return html`<section class="family">
    <header>
      <h3>${t(`family.${family}`)}</h3>
      ${
        may &&
        defined.some((field) => !held(field.key)) &&
        html`<${Button}
          small
          kind="ghost"
          icon=${all.value ? "minus" : "plus"}
          label=${t(all.value ? "family.less" : "family.more", { family: t(`family.${family}`) })}
          aria-expanded=${all.value}
          onClick=${() => (all.value = !all.value)}
        />`
      }
    </header>
    ${family === "behavioural" && html`<${Figures} id=${party.id} seen=${file.seq} />`}
    ${
      shown.length + others.length > 0
        ? html`<dl class="facts">
          ${shown.map((field) => row(field.key, field))}
          ${others.map((fact) => row(fact.field))}
        </dl>`
        : html`<p class="nothing">${t("customer.nothing")}</p>`
    }
  </section>`;
}

/** What stands at the top of the file: the values whose fields say so. */
export function HeadValues({ file }) {
  const facts = new Map(Object.values(file.families).flatMap((all) => all.map((fact) => [fact.field, fact])));
  const shown = inOrder.value.filter(
    (field) => field.in_head && !field.hidden && !isEmpty(facts.get(field.key)?.value),
  );
  if (shown.length === 0) return null;
  return html`<ul class="head-values">
    ${shown.map(
      (field) => html`<li key=${field.key}>
        <small>${labelOf(field)}</small>
        ${shownValue(field, facts.get(field.key).value, inWords(), file.people)}
      </li>`,
    )}
  </ul>`;
}
