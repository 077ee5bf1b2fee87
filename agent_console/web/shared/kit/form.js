// The form: typed fields from the server's schema, checked as they are left, kept until they are sent.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n/index.js";
import * as model from "../models/schema.js";
import { explain } from "../services/feedback.js";
import { drafts, dropDraft, keepDraft, readSchemas, schemas } from "../services/forms.js";
import { Button } from "./button.js";
import { Empty, Loading } from "./empty.js";
import { Icon } from "./icon.js";

/**
 * `schema` is a name in the server's document, or a schema; `thing` what is changed, null for a new one.
 * `labels` {field: text}, `choices` {field: {value: text}}, `own` {field: render({value, set, id})} for a
 * field drawn otherwise. `onSave(body)` may throw a refusal.
 */
export function SchemaForm({ name, schema, thing, labels, choices = {}, own = {}, onSave, onDone, submit }) {
  const problem = useSignal(null);
  useEffect(() => {
    if (typeof schema === "string") readSchemas().catch((error) => (problem.value = error));
  }, [schema]);
  const definitions = schemas.value ?? {};
  const told = typeof schema === "string" ? definitions[schema] : schema;
  if (problem.value) return html`<${Empty} icon="circle-alert" title=${explain(problem.value)} />`;
  if (!told) return html`<${Loading} rows=${3} />`;
  const fields = model.fieldsOf(told, definitions).filter((field) => field.name in labels);
  return html`<${Fields}
    key=${`${name}:${thing?.id ?? ""}`}
    draftKey=${`${name}:${thing?.id ?? "new"}`}
    ...${{ fields, thing, labels, choices, own, onSave, onDone, submit }}
  />`;
}

function Fields({ draftKey, fields, thing, labels, choices, own, onSave, onDone, submit }) {
  const form = useRef(null);
  const problems = useSignal({});
  const refusal = useSignal("");
  const busy = useSignal(false);
  const kept = drafts.value[draftKey];
  const begun = useRef(Boolean(kept));
  const values = { ...model.initial(fields, thing), ...kept };
  const set = (name, value) => {
    keepDraft(draftKey, { ...drafts.peek()[draftKey], [name]: value });
    if (problems.value[name]) check(name, { ...values, [name]: value });
  };
  const check = (name, now = values) => {
    const { [name]: _, ...others } = problems.value;
    const found = model.problemsIn(fields, now)[name];
    problems.value = found ? { ...others, [name]: found } : others;
  };
  const focusFirst = () =>
    requestAnimationFrame(() => form.current?.querySelector("[aria-invalid=true]")?.focus());
  const send = async (event) => {
    event.preventDefault();
    refusal.value = "";
    problems.value = model.problemsIn(fields, values);
    if (Object.keys(problems.value).length) return focusFirst();
    busy.value = true;
    try {
      await onSave(model.bodyOf(fields, values, thing));
      dropDraft(draftKey);
      onDone?.();
    } catch (error) {
      problems.value = model.refused(error, fields);
      if (Object.keys(problems.value).length) focusFirst();
      else refusal.value = explain(error);
    } finally {
      busy.value = false;
    }
    return undefined;
  };
  const leave = () => {
    dropDraft(draftKey);
    problems.value = {};
    begun.current = false;
  };
  return html`<form class="schema-form" ref=${form} onSubmit=${send} noValidate>
    ${
      begun.current &&
      html`<p class="form-kept" role="status">
        <${Icon} name="rotate-ccw" size=${14} />
        <span>${t("form.kept")}</span>
        <${Button} small kind="ghost" onClick=${leave}>${t("form.start_over")}<//>
      </p>`
    }
    ${fields.map(
      (field) => html`<${Field}
        key=${field.name}
        field=${field}
        label=${labels[field.name]}
        choices=${choices[field.name] ?? {}}
        own=${own[field.name]}
        value=${values[field.name]}
        problem=${problems.value[field.name]}
        set=${(value) => set(field.name, value)}
        onLeave=${() => drafts.peek()[draftKey] && check(field.name)}
      />`,
    )}
    ${refusal.value && html`<p class="problem" role="alert">${refusal.value}</p>`}
    <footer>
      ${onDone && html`<${Button} onClick=${onDone}>${t("action.cancel")}<//>`}
      <${Button} kind="primary" type="submit" disabled=${busy.value}>${submit ?? t("action.save")}<//>
    </footer>
  </form>`;
}

function Field({ field, label, choices, own, value, problem, set, onLeave }) {
  const id = useId();
  const says = problem ? t(`form.problem.${problem.key}`, problem.values) : "";
  const shared = {
    id,
    onBlur: onLeave,
    "aria-invalid": problem ? "true" : undefined,
    "aria-required": field.required ? "true" : undefined,
    "aria-describedby": `${id}-says`,
  };
  const text = (choice) => choices[choice] ?? choice;
  const typed = (event) => set(event.target.value);
  const wrap = (inner, group) => html`<div
    class="field"
    role=${group ? "group" : undefined}
    aria-labelledby=${group ? `${id}-label` : undefined}
  >
    ${
      group
        ? html`<span id=${`${id}-label`}>${label}${field.required ? " *" : ""}</span>`
        : html`<label for=${id} class="field-label">${label}${field.required ? " *" : ""}</label>`
    }
    ${inner}
    <small id=${`${id}-says`} class=${problem ? "problem" : "field-hint"}>${says}</small>
  </div>`;
  if (own) return wrap(own({ value, set, id, invalid: Boolean(problem), field }), true);
  switch (field.kind) {
    case "yes_no":
      return html`<label class="switch">
        <input type="checkbox" checked=${value} onChange=${(event) => set(event.target.checked)} />
        <span>${label}</span>
      </label>`;
    case "choice":
      return wrap(html`<select value=${value} onChange=${(event) => set(event.target.value)} ...${shared}>
        ${field.choices.map((choice) => html`<option key=${choice} value=${choice}>${text(choice)}</option>`)}
      </select>`);
    case "choices":
      return wrap(
        html`<div class="choices two">
          ${field.choices.map(
            (choice) => html`<label key=${choice}>
              <input
                type="checkbox"
                checked=${value.includes(choice)}
                aria-invalid=${problem ? "true" : undefined}
                onChange=${() =>
                  set(value.includes(choice) ? value.filter((one) => one !== choice) : [...value, choice])}
              />
              <span>${text(choice)}</span>
            </label>`,
          )}
        </div>`,
        true,
      );
    case "long_text":
      return wrap(html`<textarea rows="4" value=${value} onInput=${typed} ...${shared}></textarea>`);
    default:
      return wrap(html`<input
        type=${
          { number: "number", date: "date" }[field.kind] ?? (field.format === "email" ? "email" : "text")
        }
        maxlength=${field.maxLength}
        value=${value}
        onInput=${(event) => set(event.target.value)}
        ...${shared}
      />`);
  }
}
