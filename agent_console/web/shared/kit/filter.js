// The filter builder: field, operator, value; groups that want all, any or none of their parts.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { shortDate } from "../i18n/format.js";
import { t, word } from "../i18n/index.js";
import * as model from "../models/filters.js";
import { Button } from "./button.js";
import { Dialog } from "./dialog.js";

/**
 * `fields`: {name, label, type, operators, choices: [{value, label}]}. Tells each change, incomplete or not.
 */
export function FilterBuilder({ fields, value, onChange, path = [], top = value }) {
  const group = value;
  const tell = (part, at = path) => onChange(model.replaced(top, at, part));
  return html`<div
    class="filter-group"
    role="group"
    aria-label=${t(`filter.joint.${model.jointOf(group)}`)}
  >
    <header>
      <select
        aria-label=${t("filter.joint")}
        value=${model.jointOf(group)}
        onChange=${(event) => tell(model.joined(group, event.target.value))}
      >
        ${model.JOINTS.map(
          (joint) => html`<option key=${joint} value=${joint}>${t(`filter.joint.${joint}`)}</option>`,
        )}
      </select>
      ${
        path.length > 0 &&
        html`<${Button}
          small
          kind="ghost"
          icon="trash-2"
          label=${t("filter.remove_group")}
          onClick=${() => onChange(model.without(top, path))}
        />`
      }
    </header>
    ${model.partsOf(group).map((part, at) =>
      model.isGroup(part)
        ? html`<${FilterBuilder}
          key=${at}
          fields=${fields}
          value=${part}
          onChange=${onChange}
          path=${[...path, at]}
          top=${top}
        />`
        : html`<${Condition}
          key=${at}
          fields=${fields}
          condition=${part}
          onChange=${(after) => tell(after, [...path, at])}
          onRemove=${() => onChange(model.without(top, [...path, at]))}
        />`,
    )}
    <div class="filter-add">
      <${Button} small icon="plus" onClick=${() => tell(model.added(group, model.conditionOn(fields[0])))}>
        ${t("filter.add")}
      <//>
      ${
        model.canNest(path) &&
        html`<${Button}
          small
          kind="ghost"
          icon="circle-plus"
          onClick=${() => tell(model.added(group, { any: [model.conditionOn(fields[0])] }))}
        >${t("filter.add_group")}<//>`
      }
    </div>
  </div>`;
}

function Condition({ fields, condition, onChange, onRemove }) {
  const field = fields.find((one) => one.name === condition.field) ?? fields[0];
  const done = model.complete(field, condition);
  return html`<div class="filter-row">
    <select
      aria-label=${t("filter.field")}
      value=${field.name}
      onChange=${(event) =>
        onChange(model.conditionOn(fields.find((one) => one.name === event.target.value)))}
    >
      ${fields.map((one) => html`<option key=${one.name} value=${one.name}>${one.label}</option>`)}
    </select>
    <select
      aria-label=${t("filter.operator")}
      value=${condition.op}
      onChange=${(event) => onChange(model.withOp(field, condition, event.target.value))}
    >
      ${field.operators.map((op) => html`<option key=${op} value=${op}>${opText(field, op)}</option>`)}
    </select>
    <${Value}
      field=${field}
      condition=${condition}
      onChange=${(value) => onChange({ ...condition, value })}
    />
    <${Button} small kind="ghost" icon="x" label=${t("filter.remove")} onClick=${onRemove} />
    ${!done && html`<small class="filter-problem">${t("filter.incomplete")}</small>`}
  </div>`;
}

/** How the operator reads beside a field of that type. */
function opText(field, op) {
  const timely = ["date", "moment"].includes(field.type) && ["before", "after", "between"].includes(op);
  return timely ? t(`filter.op_time.${op}`) : t(`filter.op.${op}`);
}

function Value({ field, condition, onChange }) {
  const { value, op } = condition;
  const kind = model.valueKind(field, op);
  const label = t("filter.value");
  const input = (type, shown, set, name = label) => html`<input
    type=${type}
    aria-label=${name}
    value=${shown}
    onInput=${(event) => set(event.target.value)}
  />`;
  const plain = { number: "number", date: "date", text: "text" };
  const inner = ["number", "money"].includes(field.type) ? "number" : "date";
  if (kind in plain)
    return html`<div class="filter-value">${input(plain[kind], dayOf(value), onChange)}</div>`;
  if (kind === "between")
    return html`<div class="filter-value">
      ${input(inner, dayOf(value[0]), (from) => onChange([from, value[1]]), t("filter.from"))}
      ${input(inner, dayOf(value[1]), (to) => onChange([value[0], to]), t("filter.to"))}
    </div>`;
  if (kind === "span")
    return html`<div class="filter-value">
      <input
        type="number"
        min="1"
        aria-label=${t("filter.how_many")}
        value=${value.count}
        onInput=${(event) => onChange({ ...value, count: Number(event.target.value) })}
      />
      <select
        aria-label=${t("filter.unit")}
        value=${value.unit}
        onChange=${(event) => onChange({ ...value, unit: event.target.value })}
      >
        ${model.UNITS.map(
          (unit) => html`<option key=${unit} value=${unit}>${t(`filter.unit.${unit}`)}</option>`,
        )}
      </select>
    </div>`;
  if (kind === "yes_no")
    return html`<div class="filter-value">
      <select
        aria-label=${label}
        value=${String(value)}
        onChange=${(e) => onChange(e.target.value === "true")}
      >
        <option value="true">${t("filter.yes")}</option>
        <option value="false">${t("filter.no")}</option>
      </select>
    </div>`;
  if (kind === "several")
    return html`<fieldset class="filter-value">
      <legend class="visually-hidden">${label}</legend>
      ${field.choices.map(
        (choice) => html`<label key=${choice.value}>
          <input
            type="checkbox"
            checked=${value.includes(choice.value)}
            onChange=${() =>
              onChange(
                value.includes(choice.value)
                  ? value.filter((one) => one !== choice.value)
                  : [...value, choice.value],
              )}
          />
          ${choice.label}
        </label>`,
      )}
    </fieldset>`;
  if (kind === "words")
    return html`<div class="filter-value">
      ${input("text", value.join(", "), (text) => onChange(wordsIn(text)), t("filter.words"))}
    </div>`;
  return html`<div class="filter-value"></div>`;
}

const wordsIn = (text) =>
  text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean);
const dayOf = (value) => (/^\d{4}-\d{2}-\d{2}T/.test(value) ? value.slice(0, 10) : value);

/** The builder in a window: what is written there holds once it is applied. */
export function FilterDialog({ fields, value, onApply, onClose }) {
  const draft = useSignal(model.partsOf(value).length ? value : { all: [model.conditionOn(fields[0])] });
  const apply = (event) => {
    event.preventDefault();
    onApply(model.sendable(draft.value, fields));
    onClose();
  };
  return html`<${Dialog} title=${t("filter.title")} onClose=${onClose} wide>
    <form onSubmit=${apply}>
      <${FilterBuilder}
        fields=${fields}
        value=${draft.value}
        onChange=${(after) => (draft.value = after)}
      />
      <footer>
        <${Button}
          onClick=${() => {
            onApply(model.EVERYTHING);
            onClose();
          }}
        >${t("filter.clear")}<//>
        <${Button} kind="primary" type="submit">${t("filter.apply")}<//>
      </footer>
    </form>
  <//>`;
}

/** What a list is filtered by, in words, each taken away by a click. */
export function FilterChips({ fields, value, onChange }) {
  const parts = model.partsOf(value);
  if (parts.length === 0) return null;
  const list = model.flat(value);
  const chips = list ?? [value];
  return html`<ul class="filter-chips" aria-label=${t("filter.title")}>
    ${chips.map((part, at) => {
      const text = list ? conditionText(fields, part) : t("filter.several", { count: count(value) });
      return html`<li key=${at} class="filter-chip" title=${text}>
        <span class="truncate">${text}</span>
        <${Button}
          small
          kind="ghost"
          icon="x"
          label=${t("filter.remove_one", { text })}
          onClick=${() => onChange(list ? model.without(value, [at]) : model.EVERYTHING)}
        />
      </li>`;
    })}
  </ul>`;
}

const count = (part) =>
  model.isGroup(part) ? model.partsOf(part).reduce((sum, one) => sum + count(one), 0) : 1;

function conditionText(fields, { field: name, op, value }) {
  const field = fields.find((one) => one.name === name);
  if (!field) return word("field", name);
  const kind = model.valueKind(field, op);
  return [field.label, opText(field, op), valueText(field, kind, value)].filter(Boolean).join(" ");
}

function valueText(field, kind, value) {
  if (kind === "none") return "";
  if (kind === "yes_no") return t(value ? "filter.yes" : "filter.no");
  if (kind === "span") return `${value.count} ${t(`filter.unit.${value.unit}`)}`;
  if (kind === "several") {
    const label = (one) => field.choices.find((choice) => choice.value === one)?.label ?? one;
    return value.map(label).join(", ");
  }
  if (kind === "words") return value.join(", ");
  if (kind === "date") return shortDate(value);
  if (kind === "between")
    return value.map((one) => (field.type === "number" ? one : shortDate(one))).join(" – ");
  return `“${value}”`;
}
