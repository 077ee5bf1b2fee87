// The record page with an invented person.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { when } from "../../shared/i18n/format.js";
import {
  Avatar,
  Button,
  Editable,
  Empty,
  Icon,
  RecordPage,
  RecordTimeline,
  Tag,
} from "../../shared/kit/index.js";
import { clock } from "../../shared/services/clock.js";
import { toast } from "../../shared/services/feedback.js";

const FIELDS = { city: "Cayenne", phone: "+594 594 99 00 12", since: "2024-03-04" };
const HOUR = 3_600_000;

export function RecordExamples() {
  const facts = useSignal(FIELDS);
  const save = (name) => async (value) => {
    const before = facts.value;
    facts.value = { ...before, [name]: value };
    toast(t("customer.saved"), {
      kind: "success",
      action: { label: t("action.undo"), run: () => (facts.value = before) },
    });
    return true;
  };
  const entries = ["mail", "phone", "sticky-note"].map((icon, i) => ({
    id: String(i),
    at: new Date(clock.now() - (i + 1) * 5 * HOUR).toISOString(),
    picture: html`<${Icon} name=${icon} size=${14} />`,
    title: t(`kit.record.entry.${i}`),
    text: t("kit.record.entry_text"),
  }));
  return html`<${RecordPage}
    picture=${html`<${Avatar} name="Léa Roux" size="large" />`}
    name="Léa Roux"
    subtitle=${html`
      <span>${t("party.person")}</span>
      <${Tag} kind="success">${t("kit.state.open")}<//>
    `}
    actions=${html`<${Button} icon="mail" onClick=${() => toast(t("kit.done"))}>
      ${t("kit.record.write")}
    <//>`}
    factsLabel=${t("customer.label")}
    facts=${html`<dl class="facts kit-facts">
      ${Object.entries(facts.value).map(
        ([name, value]) => html`<div key=${name}>
          <dt>${t(`kit.column.${name}`)}</dt>
          <dd>
            <${Editable} value=${value} label=${t(`kit.column.${name}`)} onSave=${save(name)} />
          </dd>
        </div>`,
      )}
    </dl>`}
    tabs=${[
      {
        id: "timeline",
        label: t("kit.record.timeline"),
        count: entries.length,
        render: () => html`<${RecordTimeline} entries=${entries} when=${(at) => when(at, clock.now())} />`,
      },
      {
        id: "files",
        label: t("kit.record.files"),
        render: () => html`<${Empty}
          icon="paperclip"
          title=${t("kit.record.no_file")}
          action=${{ label: t("kit.record.add"), icon: "plus", run: () => toast(t("kit.done")) }}
        />`,
      },
    ]}
    sideLabel=${t("kit.record.side")}
    side=${html`
      <h2 class="kit-h">${t("kit.record.side")}</h2>
      <p>${t("kit.record.side_text")}</p>
    `}
  />`;
}
