// The parts of a form that is saved as a whole: each field with its label, what is wrong with it, and what
// another made of it meanwhile.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import * as model from "../models/team.js";
import * as service from "../services/team.js";
import { Button, Dialog, Icon } from "../../shared/kit/index.js";
import { explain, toast } from "../../shared/services/feedback.js";

/** What the fields of one form share. `original`: what is changed, null for something new. */
export function useForm(kind, original) {
  const key = model.keyOf(kind, original);
  const state = useComputed(() => {
    const draft = service.forms.value[key] ?? model.draftOf(kind, original);
    const item = model.itemOf(service.team.value, draft);
    return { draft, item, conflicts: model.conflicts(draft, item) };
  });
  const { draft, item, conflicts } = state.value;
  return {
    key,
    draft,
    item,
    conflicts,
    busy: service.sending.value === key,
    dirty: model.isDirty(draft, item),
    value: (field) => model.shownValue(draft, item, field),
    set: (field, value) => service.change(kind, original, field, value),
    save: () => service.save(kind, original),
  };
}

/** The window of a form. Closed by mistake, what was typed waits; only “Cancel” throws it away. */
export function FormDialog({ form, title, onClose, onSaved, saved, children, extra, note, readOnly }) {
  const body = useRef(null);
  const resumed = useRef(form.dirty);
  // What was made before the rest was refused has a password to hand over.
  const halfDone = () => form.draft.handover && onSaved?.(form.draft);
  const leave = () => {
    if (halfDone()) return;
    if (!form.dirty) service.discard(form.key);
    onClose();
  };
  const cancel = () => {
    if (halfDone()) return;
    service.discard(form.key);
    onClose();
  };
  const submit = async (event) => {
    event.preventDefault();
    const sent = await form.save();
    if (!sent)
      return void requestAnimationFrame(() => body.current?.querySelector("[aria-invalid=true]")?.focus());
    if (onSaved?.(sent)) return;
    service.discard(form.key);
    toast(saved, { kind: "success" });
    onClose();
  };
  const gone = form.draft.id && !form.item;
  return html`<${Dialog} wide title=${title} onClose=${leave}>
    <form class="team-form" ref=${body} onSubmit=${submit} noValidate>
      ${
        resumed.current &&
        form.dirty &&
        html`<p class="team-notice">
          <${Icon} name="history" size=${14} />
          ${" "}${t("team.resumed")}
        </p>`
      }
      ${children}
      <div class="team-foot">
        <div role="alert">
          ${
            form.draft.refusal &&
            html`<p class="team-refusal">
              <${Icon} name="circle-alert" size=${14} />
              ${" "}
              <span>${explain(form.draft.refusal)} ${t("team.kept")}</span>
            </p>`
          }
          ${
            gone &&
            html`<p class="team-refusal">
              <${Icon} name="circle-alert" size=${14} />
              ${" "}
              <span>${t("error.not_found")}</span>
            </p>`
          }
        </div>
        ${note && html`<p class="dialog-hint">${note}</p>`}
        <footer>
          ${extra}
          <span class="team-spring"></span>
          ${
            readOnly
              ? html`<${Button} onClick=${leave}>${t("action.close")}<//>`
              : html`
                <${Button} onClick=${cancel}>${t("action.cancel")}<//>
                <${Button}
                  kind="primary"
                  type="submit"
                  icon="check"
                  disabled=${form.busy || gone || (form.draft.id && !form.dirty)}
                >${t(form.busy ? "team.saving" : "action.save")}<//>
              `
          }
        </footer>
      </div>
    </form>
  <//>`;
}

/** A labelled control. `control(attributes)` draws it. */
export function Field({ form, field, label, hint, shown = (value) => String(value), control }) {
  const id = useId();
  const problem = form.draft.problems[field];
  const met = form.conflicts[field];
  const attributes = { id, "aria-invalid": problem ? "true" : undefined, "aria-describedby": `${id}-says` };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${control(attributes)}
    <div id="${id}-says" class="field-says">
      ${
        problem
          ? html`<p class="problem">${t(`team.problem.${problem.key}`, problem.values)}</p>`
          : hint && html`<p class="dialog-hint">${hint}</p>`
      }
      ${
        met !== undefined &&
        html`<p class="team-met">
          ${t("team.met", { value: shown(met) })}${" "}
          <button type="button" class="text-button" onClick=${() => form.set(field, met)}>
            ${t("team.take_theirs")}
          </button>
        </p>`
      }
    </div>
  </div>`;
}

export function TextField({ form, field, className = "", ...rest }) {
  const { label, hint, ...attributes } = rest;
  return html`<${Field}
    form=${form}
    field=${field}
    label=${label}
    hint=${hint}
    control=${(more) => html`<input
      class=${className}
      type="text"
      autocomplete="off"
      value=${form.value(field)}
      onInput=${(event) => form.set(field, event.target.value)}
      ...${attributes}
      ...${more}
    />`}
  />`;
}

/** A whole number; empty is null. */
export function NumberField({ form, field, label, hint, unit, shown, ...attributes }) {
  const typed = useSignal("");
  const value = form.value(field);
  const text =
    field in form.draft.touched && typed.value ? typed.value : Number.isNaN(value) ? "" : (value ?? "");
  const type = (event) => {
    typed.value = event.target.value;
    form.set(
      field,
      typed.value.trim() === "" ? null : Number(typed.value.replace(",", ".").replace("−", "-")),
    );
  };
  return html`<${Field}
    form=${form}
    field=${field}
    label=${label}
    hint=${hint}
    shown=${shown}
    control=${(more) => html`<span class="with-unit">
      <input
        type="text"
        inputmode="numeric"
        autocomplete="off"
        value=${text}
        onInput=${type}
        ...${attributes}
        ...${more}
      />
      ${unit && html`<span aria-hidden="true">${unit}</span>`}
    </span>`}
  />`;
}

/** `options`: [[value, text]] */
export function SelectField({ form, field, label, hint, options, ...attributes }) {
  const shown = (value) => options.find(([option]) => option === value)?.[1] ?? String(value);
  return html`<${Field}
    form=${form}
    field=${field}
    label=${label}
    hint=${hint}
    shown=${shown}
    control=${(more) => html`<select
      value=${form.value(field)}
      onChange=${(event) => form.set(field, event.target.value)}
      ...${attributes}
      ...${more}
    >
      ${options.map(
        ([value, text]) =>
          html`<option key=${value} value=${value} selected=${form.value(field) === value}>${text}</option>`,
      )}
    </select>`}
  />`;
}

export function Tick({ form, field, children, ...attributes }) {
  return html`<label>
    <input
      type="checkbox"
      checked=${form.value(field)}
      onChange=${(event) => form.set(field, event.target.checked)}
      ...${attributes}
    />
    <span>${children}</span>
  </label>`;
}

/** Shown once, and gone with the window: the server keeps no password that could be read. */
export function PasswordToHandOver({ handover, onClose }) {
  const copied = useRef(null);
  useEffect(() => copied.current?.focus(), []);
  const copy = () =>
    navigator.clipboard
      ?.writeText(`${t("team.login")} ${handover.login}\n${t("team.password")} ${handover.password}`)
      .then(
        () => toast(t("team.copied"), { kind: "success" }),
        () => toast(t("team.not_copied"), { kind: "warning" }),
      );
  return html`<${Dialog} title=${t("team.handover", { name: handover.name })} onClose=${onClose}>
    <div class="team-handover">
      <p>${t("team.handover_hint")}</p>
      <dl>
        <div>
          <dt>${t("team.column.login")}</dt>
          <dd>${handover.login}</dd>
        </div>
        <div>
          <dt>${t("team.password_label")}</dt>
          <dd>${handover.password}</dd>
        </div>
      </dl>
      <footer>
        <button type="button" class="button" ref=${copied} onClick=${copy}>
          <${Icon} name="copy" />
          <span>${t("team.copy")}</span>
        </button>
        <${Button} kind="primary" onClick=${onClose}>${t("team.done")}<//>
      </footer>
    </div>
  <//>`;
}
