// The page where CRM staff decide what a customer's file holds: fields, kinds of relationships, sources.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { Button, Dialog, Empty, Icon, Loading, SchemaForm, Tabs, Tag } from "../../shared/kit/index.js";
import { attempt, explain, toast } from "../../shared/services/feedback.js";
import { drafts } from "../../shared/services/forms.js";
import { relationTypes as types } from "../../relationships/index.js";
import { fields, inOrder, labelOf, readModel, sources } from "../services/fields.js";

const FAMILIES = ["identity", "socio_demographic", "socio_cultural", "behavioural"];
const ROLES = ["agent", "supervisor", "designer", "crm", "admin"];
const STEP = 10; // between the positions of two fields

export function Model() {
  const problem = useSignal(null);
  const read = () =>
    Promise.all([readModel(), types.read()]).then(
      () => (problem.value = null),
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), []);
  const known = fields.known.value && sources.known.value && types.known.value;
  return html`<main class="page model-page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("model.title")}</h1>
      <p>${t("model.hint")}</p>
    </header>
    ${
      !known
        ? problem.value
          ? html`<${Empty}
            icon="circle-alert"
            title=${explain(problem.value)}
            action=${{ label: t("action.retry"), run: read }}
          />`
          : html`<${Loading} rows=${8} />`
        : html`<${Tabs}
          label=${t("model.title")}
          tabs=${[
            { id: "fields", label: t("model.fields"), render: () => html`<${Fields} />` },
            { id: "types", label: t("model.types"), render: () => html`<${Types} />` },
            { id: "sources", label: t("model.sources"), render: () => html`<${Sources} />` },
          ]}
        />`
    }
  </main>`;
}

function Fields() {
  const open = useSignal(null);
  const move = async (list, index, by) => {
    const order = [...list];
    order.splice(index + by, 0, ...order.splice(index, 1));
    const base = Math.min(...list.map((field) => field.position));
    for (const [place, field] of order.entries()) {
      const position = base + place * STEP;
      if (field.position !== position) await attempt(() => fields.change(field, { position }));
    }
  };
  return html`
    <div class="model-bar">
      <p>${t("model.fields_hint")}</p>
      <${Button} kind="primary" icon="plus" onClick=${() => (open.value = { field: null })}>
        ${t("model.add_field")}
      <//>
    </div>
    ${FAMILIES.map((family) => {
      const list = inOrder.value.filter((field) => field.family === family);
      return html`<section key=${family} class="model-family">
        <h2>${t(`family.${family}`)}</h2>
        <div class="card table-scroll" tabindex="0" role="group" aria-label=${t(`family.${family}`)}>
          <table>
            <thead>
              <tr>
                <th scope="col">${t("model.column.name")}</th>
                <th scope="col">${t("model.column.type")}</th>
                <th scope="col">${t("model.column.party_kind")}</th>
                <th scope="col">${t("model.column.readers")}</th>
                <th scope="col">
                  <span class="visually-hidden">${t("conversation.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              ${list.map(
                (field, index) => html`<tr key=${field.id} class=${field.hidden ? "is-hidden" : ""}>
                  <th scope="row">
                    <span class="model-name">
                      ${labelOf(field)}
                      <code>${field.key}</code>
                      ${field.hidden && html`<${Tag} icon="eye-off">${t("model.hidden")}<//>`}
                      ${field.in_head && html`<${Tag} icon="star">${t("model.in_head")}<//>`}
                    </span>
                  </th>
                  <td>${t(`field_type.${field.type}`)}${limits(field)}</td>
                  <td>${field.party_kind ? t(`party.${field.party_kind}`) : t("model.everybody")}</td>
                  <td>
                    ${
                      field.readers.length
                        ? field.readers.map((role) => word("role", role)).join(", ")
                        : t("model.all_roles")
                    }
                  </td>
                  <td class="actions">
                    <${Button}
                      small
                      kind="ghost"
                      icon="arrow-up"
                      disabled=${index === 0}
                      label=${t("model.up", { name: labelOf(field) })}
                      onClick=${() => move(list, index, -1)}
                    />
                    <${Button}
                      small
                      kind="ghost"
                      icon="arrow-down"
                      disabled=${index === list.length - 1}
                      label=${t("model.down", { name: labelOf(field) })}
                      onClick=${() => move(list, index, 1)}
                    />
                    <${Button}
                      small
                      kind="ghost"
                      icon=${field.hidden ? "eye" : "eye-off"}
                      label=${t(field.hidden ? "model.show" : "model.hide", { name: labelOf(field) })}
                      onClick=${() => attempt(() => fields.change(field, { hidden: !field.hidden }))}
                    />
                    <${Button}
                      small
                      kind="ghost"
                      icon="pencil"
                      label=${t("model.edit", { name: labelOf(field) })}
                      onClick=${() => (open.value = { field })}
                    />
                  </td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </section>`;
    })}
    ${open.value && html`<${FieldDialog} field=${open.value.field} onClose=${() => (open.value = null)} />`}
  `;
}

function limits(field) {
  const parts = [
    field.choices.length && field.choices.join(", "),
    field.least !== null && `≥ ${number(field.least)}`,
    field.most !== null && `≤ ${number(field.most)}`,
    field.longest && t("model.longest_is", { count: field.longest }),
    field.pattern,
  ].filter(Boolean);
  return (
    parts.length > 0 &&
    html`
      ${" "}
      <small class="truncate">${parts.join(" · ")}</small>
    `
  );
}

const TYPES = ["text", "number", "money", "date", "choice", "choices", "yes_no", "link", "person"];
const named = (values, key) => Object.fromEntries(values.map((value) => [value, t(`${key}.${value}`)]));

function FieldDialog({ field, onClose }) {
  const type = field?.type ?? drafts.value["field:new"]?.type;
  const all = ["name", "english", "family", "choices", "least", "most", "longest", "pattern"];
  const fitting = all.filter((one) => fits(one, type));
  const shown = field ? fitting : ["key", "type", "party_kind", ...fitting];
  const labels = Object.fromEntries(
    [...shown, "in_head", "readers"].map((one) => [one, t(`model.column.${one}`)]),
  );
  const save = (body) => (field ? fields.change(field, body) : fields.add({ ...body, position: last() }));
  return html`<${Dialog}
    title=${field ? t("model.edit", { name: labelOf(field) }) : t("model.add_field")}
    onClose=${onClose}
  >
    <${SchemaForm}
      name="field"
      schema=${field ? "FieldChanges" : "NewField"}
      thing=${field}
      labels=${labels}
      choices=${{
        family: named(FAMILIES, "family"),
        type: named(TYPES, "field_type"),
        party_kind: named(["person", "organisation"], "party"),
      }}
      own=${{
        choices: (told) => html`<${Lines} ...${told} />`,
        readers: (told) => html`<${Readers} ...${told} />`,
        party_kind: (told) => html`<${Whose} ...${told} />`,
        family: (told) => html`<${OneOf} values=${FAMILIES} words="family" ...${told} />`,
      }}
      onSave=${save}
      onDone=${onClose}
    />
    ${
      field &&
      !field.built_in &&
      html`<${Remove} name=${labelOf(field)} remove=${() => fields.remove(field)} onDone=${onClose} />`
    }
  <//>`;
}

const last = () => Math.max(0, ...fields.all.value.map((field) => field.position)) + STEP;

/** Whether a field of the type has this property. */
function fits(property, type) {
  const of = {
    choices: ["choice", "choices"],
    least: ["number", "money"],
    most: ["number", "money"],
    longest: ["text"],
    pattern: ["text"],
  };
  return !of[property] || of[property].includes(type);
}

/** Several texts, one a line. */
function Lines({ value, set, id }) {
  const text = useSignal((value ?? []).join("\n"));
  return html`<textarea
    id=${id}
    rows="5"
    aria-label=${t("model.column.choices")}
    placeholder=${t("model.choices_hint")}
    value=${text.value}
    onInput=${(event) => {
      text.value = event.target.value;
      set(
        text.value
          .split("\n")
          .map((line) => line.trim())
          .filter(Boolean),
      );
    }}
  ></textarea>`;
}

function Readers({ value, set }) {
  const held = value ?? [];
  return html`<div class="choices two">
    ${ROLES.map(
      (role) => html`<label key=${role}>
        <input
          type="checkbox"
          checked=${held.includes(role)}
          onChange=${(event) =>
            set(event.target.checked ? [...held, role] : held.filter((one) => one !== role))}
        />
        <span>${word("role", role)}</span>
      </label>`,
    )}
  </div>`;
}

function Whose({ value, set }) {
  return html`<select
    aria-label=${t("model.column.party_kind")}
    value=${value ?? ""}
    onChange=${(event) => set(event.target.value || null)}
  >
    <option value="">${t("model.everybody")}</option>
    ${["person", "organisation"].map((kind) => html`<option value=${kind}>${t(`party.${kind}`)}</option>`)}
  </select>`;
}

function OneOf({ values, words, value, set }) {
  useEffect(() => {
    if (!values.includes(value)) set(values[0]);
  }, []);
  return html`<select
    aria-label=${t("model.column.family")}
    value=${value}
    onChange=${(event) => set(event.target.value)}
  >
    ${values.map((one) => html`<option value=${one}>${t(`${words}.${one}`)}</option>`)}
  </select>`;
}

function Remove({ name, remove, onDone }) {
  const sure = useSignal(false);
  const go = async () => {
    if ((await attempt(() => remove().then(() => true))) === undefined) return;
    toast(t("model.removed", { name }), { kind: "success" });
    onDone();
  };
  return html`<div class="tag-remove">
    ${
      sure.value
        ? html`
          <span>${t("model.sure", { name })}</span>
          <${Button} icon="trash-2" onClick=${go}>${t("model.remove")}<//>
          <${Button} kind="ghost" onClick=${() => (sure.value = false)}>${t("action.cancel")}<//>
        `
        : html`<${Button} kind="ghost" icon="trash-2" onClick=${() => (sure.value = true)}>
          ${t("model.remove")}
        <//>`
    }
  </div>`;
}

function Types() {
  const open = useSignal(null);
  return html`
    <div class="model-bar">
      <p>${t("model.types_hint")}</p>
      <${Button} kind="primary" icon="plus" onClick=${() => (open.value = { type: null })}>
        ${t("model.add_type")}
      <//>
    </div>
    ${
      types.all.value.length === 0
        ? html`<div class="card">
          <${Empty} icon="link" title=${t("model.no_type")} />
        </div>`
        : html`<div class="card table-scroll" tabindex="0" role="group" aria-label=${t("model.types")}>
          <table>
            <thead>
              <tr>
                <th scope="col">${t("model.column.name")}</th>
                <th scope="col">${t("model.column.inverse")}</th>
                <th scope="col" class="number">${t("model.column.relationships")}</th>
                <th scope="col">
                  <span class="visually-hidden">${t("conversation.actions")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              ${types.all.value.map(
                (type) => html`<tr key=${type.id}>
                  <th scope="row">${type.name}</th>
                  <td>${type.inverse}</td>
                  <td class="number">${number(type.relationships ?? 0)}</td>
                  <td class="actions">
                    <${Button}
                      small
                      kind="ghost"
                      icon="pencil"
                      label=${t("model.edit", { name: type.name })}
                      onClick=${() => (open.value = { type })}
                    />
                  </td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>`
    }
    ${open.value && html`<${TypeDialog} type=${open.value.type} onClose=${() => (open.value = null)} />`}
  `;
}

function TypeDialog({ type, onClose }) {
  const labels = { name: t("model.column.name"), inverse: t("model.column.inverse") };
  if (!type) {
    labels.source = t("model.column.source_kind");
    labels.target = t("model.column.target_kind");
    labels.tree = t("model.column.tree");
  }
  return html`<${Dialog}
    title=${type ? t("model.edit", { name: type.name }) : t("model.add_type")}
    onClose=${onClose}
  >
    <${SchemaForm}
      name="relationship_type"
      schema=${type ? "TypeChanges" : "NewType"}
      thing=${type}
      labels=${labels}
      own=${{
        source: (told) => html`<${Whose} ...${told} />`,
        target: (told) => html`<${Whose} ...${told} />`,
      }}
      onSave=${(body) => (type ? types.change(type, body) : types.add(body))}
      onDone=${onClose}
    />
    ${type && html`<${Remove} name=${type.name} remove=${() => types.remove(type)} onDone=${onClose} />`}
  <//>`;
}

function Sources() {
  const open = useSignal(null);
  const close = () => (open.value = null);
  const all = [...sources.all.value].sort((one, other) => one.rank - other.rank);
  return html`
    <div class="model-bar">
      <p>${t("model.sources_hint")}</p>
      <${Button} kind="primary" icon="plus" onClick=${() => (open.value = { source: null })}>
        ${t("model.add_source")}
      <//>
    </div>
    <div class="card table-scroll" tabindex="0" role="group" aria-label=${t("model.sources")}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">${t("model.column.rank")}</th>
            <th scope="col">${t("model.column.name")}</th>
            <th scope="col">
              <span class="visually-hidden">${t("conversation.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            (source) => html`<tr key=${source.id}>
              <td class="number">${number(source.rank)}</td>
              <th scope="row">
                <span class="model-name">
                  ${labelOf(source)}
                  <code>${source.key}</code>
                </span>
              </th>
              <td class="actions">
                <${Button}
                  small
                  kind="ghost"
                  icon="pencil"
                  label=${t("model.edit", { name: labelOf(source) })}
                  onClick=${() => (open.value = { source })}
                />
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${open.value && html`<${SourceDialog} source=${open.value.source} onClose=${close} />`}
  `;
}

function SourceDialog({ source, onClose }) {
  const shown = source ? ["name", "english", "rank"] : ["key", "name", "english", "rank"];
  return html`<${Dialog}
    title=${source ? t("model.edit", { name: labelOf(source) }) : t("model.add_source")}
    onClose=${onClose}
  >
    <p class="dialog-hint">
      <${Icon} name="info" size=${14} />
      ${" "}${t("model.rank_hint")}
    </p>
    <${SchemaForm}
      name="source"
      schema=${source ? "SourceChanges" : "NewSource"}
      thing=${source}
      labels=${Object.fromEntries(shown.map((one) => [one, t(`model.column.${one}`)]))}
      onSave=${(body) => (source ? sources.change(source, body) : sources.add(body))}
      onDone=${onClose}
    />
    ${
      source &&
      !source.built_in &&
      html`<${Remove} name=${source.name} remove=${() => sources.remove(source)} onDone=${onClose} />`
    }
  <//>`;
}
