// The same change to many customers: tags, standing, a value. It runs as long work and can be taken back.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { Button, Dialog, Icon } from "../../shared/kit/index.js";
import { attempt } from "../../shared/services/feedback.js";
import { ValueInput, fields, inOrder, labelOf, readModel, sendable } from "../../fields/index.js";
import { TagChip } from "../../tags/index.js";
import { sorted } from "../../tags/services/tags.js";
import { colleagues, readColleagues } from "../services/colleagues.js";
import { editThem, tagThem } from "../services/list.js";
import { ROLES, STAGES } from "./standing.js";

export function TagMany({ chosen, onDone, onClose }) {
  const marks = useSignal({});
  const turn = (tag) => {
    const next = { undefined: "add", add: "remove", remove: undefined }[marks.value[tag.id]];
    marks.value = { ...marks.value, [tag.id]: next };
  };
  const of = (mark) => Object.keys(marks.value).filter((id) => marks.value[id] === mark);
  const send = async (event) => {
    event.preventDefault();
    if (await attempt(() => tagThem(chosen, of("add"), of("remove")))) onDone();
  };
  const icons = { add: "plus", remove: "x" };
  return html`<${Dialog} title=${t("customers.tag")} onClose=${onClose}>
    <form onSubmit=${send}>
      <p class="dialog-hint">${t("customers.tag_hint")}</p>
      <div class="tag-many">
        ${sorted().map((tag) => {
          const mark = marks.value[tag.id];
          return html`<button
            type="button"
            key=${tag.id}
            aria-pressed=${Boolean(mark)}
            onClick=${() => turn(tag)}
          >
            <${TagChip} tag=${tag} />
            ${mark && html`<${Icon} name=${icons[mark]} size=${13} />`}
            ${mark && html`<small>${t(`customers.tag_${mark}`)}</small>`}
          </button>`;
        })}
      </div>
      ${sorted().length === 0 && html`<p>${t("tags.none")}</p>`}
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit" disabled=${of("add").length + of("remove").length === 0}>
          ${t("customers.tag_go")}
        <//>
      </footer>
    </form>
  <//>`;
}

export function EditMany({ chosen, onDone, onClose }) {
  useEffect(() => {
    readColleagues();
    readModel().catch(() => {});
  }, []);
  const roles = useSignal({});
  const stage = useSignal("");
  const owner = useSignal("keep");
  const archived = useSignal("");
  const key = useSignal("");
  const value = useSignal("");
  const field = fields.all.value.find((one) => one.key === key.value);
  const of = (mark) => Object.keys(roles.value).filter((role) => roles.value[role] === mark);
  const turn = (role) => {
    const next = { undefined: "add", add: "remove", remove: undefined }[roles.value[role]];
    roles.value = { ...roles.value, [role]: next };
  };
  const changes = {
    ...(stage.value ? { stage: stage.value } : {}),
    ...(owner.value === "keep" ? {} : { owner: owner.value }),
    ...(archived.value ? { archived: archived.value === "yes" } : {}),
    ...(of("add").length ? { add_roles: of("add") } : {}),
    ...(of("remove").length ? { remove_roles: of("remove") } : {}),
    ...(field ? { values: [{ field: field.key, value: sendable(field, value.value) }] } : {}),
  };
  const send = async (event) => {
    event.preventDefault();
    if (await attempt(() => editThem(chosen, changes))) onDone();
  };
  const choose = (signal) => (event) => (signal.value = event.target.value);
  return html`<${Dialog} title=${t("customers.edit_many")} onClose=${onClose}>
    <form class="edit-many" onSubmit=${send}>
      <p class="dialog-hint">${t("customers.edit_hint")}</p>
      <fieldset>
        <legend>${t("standing.roles")}</legend>
        <div class="tag-many">
          ${ROLES.map((role) => {
            const mark = roles.value[role];
            return html`<button
              type="button"
              key=${role}
              class="chip"
              aria-pressed=${Boolean(mark)}
              onClick=${() => turn(role)}
            >
              ${mark && html`<${Icon} name=${{ add: "plus", remove: "x" }[mark]} size=${13} />`}
              ${t(`party_role.${role}`)}
              ${
                mark &&
                html`
                  ${" "}
                  <small>${t(`customers.tag_${mark}`)}</small>
                `
              }
            </button>`;
          })}
        </div>
      </fieldset>
      <label>
        <span>${t("standing.stage")}</span>
        <select value=${stage.value} onChange=${choose(stage)}>
          <option value="">${t("customers.as_it_is")}</option>
          ${STAGES.map((one) => html`<option value=${one}>${t(`stage.${one}`)}</option>`)}
        </select>
      </label>
      <label>
        <span>${t("standing.owner")}</span>
        <select value=${owner.value} onChange=${choose(owner)}>
          <option value="keep">${t("customers.as_it_is")}</option>
          <option value="">${t("standing.nobody")}</option>
          ${colleagues.value.map((one) => html`<option value=${one.id}>${one.name}</option>`)}
        </select>
      </label>
      <label>
        <span>${t("customers.column.archived")}</span>
        <select value=${archived.value} onChange=${choose(archived)}>
          <option value="">${t("customers.as_it_is")}</option>
          <option value="yes">${t("standing.archive")}</option>
          <option value="no">${t("standing.restore")}</option>
        </select>
      </label>
      <label>
        <span>${t("changes.field")}</span>
        <select
          value=${key.value}
          onChange=${(event) => {
            key.value = event.target.value;
            const now = fields.all.value.find((one) => one.key === key.value);
            value.value = now?.type === "choices" ? [] : "";
          }}
        >
          <option value="">${t("customers.no_field")}</option>
          ${inOrder.value
            .filter((one) => !one.hidden)
            .map((one) => html`<option value=${one.key}>${labelOf(one)}</option>`)}
        </select>
      </label>
      ${
        field &&
        html`<${ValueInput}
          key=${field.key}
          field=${field}
          label=${labelOf(field)}
          value=${value.value}
          people=${{}}
          set=${(next) => (value.value = next)}
        />`
      }
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit" disabled=${Object.keys(changes).length === 0}>
          ${t("customers.tag_go")}
        <//>
      </footer>
    </form>
  <//>`;
}
