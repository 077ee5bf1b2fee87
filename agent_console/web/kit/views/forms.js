// The form from a schema, and the wizard.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { SchemaForm, Wizard } from "../../shared/kit/index.js";
import { toast } from "../../shared/services/feedback.js";

const SCHEMA = {
  required: ["name", "email", "kind", "rights"],
  properties: {
    name: { type: "string", minLength: 1, maxLength: 60 },
    email: { type: "string", format: "email", maxLength: 200 },
    kind: { enum: ["person", "organisation"], type: "string", default: "person" },
    birth_date: { type: "string", format: "date" },
    amount: { type: "number", minimum: 0, maximum: 10_000 },
    rights: { type: "array", items: { enum: ["new", "open", "done"] }, minItems: 1 },
    note: { type: "string", maxLength: 2000 },
    vip: { type: "boolean", default: false },
  },
};

export function FormExamples() {
  const sent = useSignal(null);
  const states = Object.fromEntries(["new", "open", "done"].map((one) => [one, t(`kit.state.${one}`)]));
  const kinds = { person: t("party.person"), organisation: t("party.organisation") };
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("kit.form")}</h1>
      <p>${t("kit.form.hint")}</p>
    </header>
    <div class="kit-two">
      <section class="card kit-card">
        <${SchemaForm}
          name="kit"
          schema=${SCHEMA}
          thing=${null}
          labels=${Object.fromEntries(
            Object.keys(SCHEMA.properties).map((name) => [name, t(`kit.column.${name}`)]),
          )}
          choices=${{ kind: kinds, rights: states }}
          onSave=${async (body) => {
            sent.value = body;
            toast(t("customer.saved"), { kind: "success" });
          }}
        />
      </section>
      <section class="card kit-card">
        <h2>${t("kit.filter.sent")}</h2>
        <pre class="kit-code" tabindex="0">${sent.value ? JSON.stringify(sent.value, null, 2) : "–"}</pre>
      </section>
    </div>
  </main>`;
}

export function WizardExamples() {
  const name = useSignal("");
  const channel = useSignal("email");
  const channels = ["email", "sms", "webchat"];
  const steps = [
    {
      id: "who",
      title: t("kit.wizard.who"),
      check: () => (name.value.trim() ? "" : t("form.problem.required")),
      render: () => html`<label class="field">
        <span>${t("kit.column.name")}</span>
        <input value=${name.value} onInput=${(event) => (name.value = event.target.value)} />
      </label>`,
    },
    {
      id: "how",
      title: t("kit.wizard.how"),
      render: () => html`<fieldset class="choices">
        <legend>${t("kit.wizard.channel")}</legend>
        ${channels.map(
          (one) => html`<label key=${one}>
            <input
              type="radio"
              name="kit-channel"
              checked=${channel.value === one}
              onChange=${() => (channel.value = one)}
            />
            <span>${t(`channel.${one}`)}</span>
          </label>`,
        )}
      </fieldset>`,
    },
    {
      id: "check",
      title: t("kit.wizard.check"),
      render: () => html`<p>${name.value} · ${t(`channel.${channel.value}`)}</p>`,
    },
  ];
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("kit.wizard")}</h1>
      <p>${t("kit.wizard.hint")}</p>
    </header>
    <section class="card kit-card kit-narrow">
      <${Wizard}
        label=${t("kit.wizard")}
        steps=${steps}
        finish=${t("kit.wizard.finish")}
        onFinish=${() => toast(t("kit.done"), { kind: "success" })}
      />
    </section>
  </main>`;
}
