// One value of the file: shown with where it comes from, and changed where it stands.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { money, number, phone, shortDate } from "../../shared/i18n/format.js";
import { Button, Icon } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { addressOf } from "../../shared/services/route.js";
import { findPeople, labelOf, sourceName, writeValue } from "../services/fields.js";
import { editable, isEmpty, sendable, shownValue, wanted } from "../models/values.js";

const PAUSE = 200; // milliseconds without a key before we search

/** How values are written in the reader's language. */
export const inWords = () => ({
  number,
  money,
  date: shortDate,
  word: (key, value) => (key === "preferred_channel" ? word("channel", value) : value),
  yes: t("word.yes"),
  no: t("word.no"),
});

/**
 * `fact` is what is known, or null; `onSaved(value, was)` after the server took it. `may`: the reader may
 * write.
 */
export function ValueRow({ partyId, field, fact, people, may, onSaved, editing }) {
  const label = field ? labelOf(field) : word("field", fact.field);
  const shown = shownValue(field, fact?.value, inWords(), people);
  const hint = fact ? origin(fact, field, people) : "";
  const stop = (focus) => {
    editing.value = null;
    if (focus) requestAnimationFrame(() => document.getElementById(rowId(partyId, field.key))?.focus());
  };
  if (field && may && editing.value === field.key) {
    return html`<div class="value-row being-edited">
      <dt>${label}</dt>
      <dd>
        <${Editor}
          partyId=${partyId}
          field=${field}
          label=${label}
          value=${fact?.value ?? null}
          people=${people}
          onDone=${() => stop(true)}
          onSaved=${(value, was) => {
            stop(true);
            onSaved(field.key, value, was);
          }}
        />
      </dd>
    </div>`;
  }
  return html`<div class="value-row">
    <dt>${label}</dt>
    <dd title=${hint}>
      ${
        field && may
          ? html`<button
            type="button"
            class="editable"
            id=${rowId(partyId, field.key)}
            aria-label=${t("editable.label", { label, value: shown || t("value.none") })}
            aria-description=${hint}
            onClick=${() => (editing.value = field.key)}
          >
            <span>${shown || "–"}</span>
            <${Icon} name="pencil" size=${12} />
          </button>`
          : shown
      }
      <${Leads} field=${field} value=${fact?.value} label=${label} />
      ${
        fact?.others?.length
          ? html`<${Icon} name="layers" size=${12} label=${lost(fact, field, people)} />`
          : ""
      }
    </dd>
  </div>`;
}

const rowId = (partyId, key) => `value-${partyId}-${key}`;

/** Links and people lead somewhere. */
function Leads({ field, value, label }) {
  if (isEmpty(value) || !["link", "person"].includes(field?.type)) return null;
  const outside = field.type === "link";
  return html`<a
    class="value-link"
    href=${outside ? value : addressOf("customers", value)}
    target=${outside ? "_blank" : undefined}
    rel=${outside ? "noopener noreferrer" : undefined}
    aria-label=${t("value.open", { label })}
    title=${t("value.open", { label })}
  >
    <${Icon} name="arrow-up-right" size=${13} />
  </a>`;
}

const origin = (fact, field, people) => {
  const from = `${t("fact.source", { source: sourceName(fact.source) })} · ${shortDate(fact.at)}`;
  const others = fact.others?.length ? ` · ${lost(fact, field, people)}` : "";
  return `${from}${fact.note ? ` · ${fact.note}` : ""}${others}`;
};

const lost = (fact, field, people) =>
  t("fact.others", {
    values: fact.others.map((other) => shownValue(field, other.value, inWords(), people) || "–").join(", "),
  });

function Editor({ partyId, field, label, value, people, onDone, onSaved }) {
  const typed = useSignal(editable(field, value));
  const problem = useSignal(null);
  const conflict = useSignal(null);
  const form = useRef(null);
  const seen = useRef(value ?? null); // what stood there when the writing began, whatever comes in meanwhile
  const id = useId();
  useEffect(() => form.current?.querySelector("input, select")?.focus(), []);
  const save = async (event, { anyway = false } = {}) => {
    event?.preventDefault();
    const wish = sendable(field, typed.value);
    if (JSON.stringify(wish) === JSON.stringify(seen.current)) return onDone();
    try {
      await writeValue(partyId, field.key, wish, anyway ? undefined : seen.current);
      onSaved(wish, anyway ? conflict.value.now : seen.current);
    } catch (error) {
      const told = error.details?.[0] ?? {};
      if (error.code === "value_changed") conflict.value = told;
      else problem.value = error.code === "invalid_value" ? said(field, told) : explain(error);
      form.current?.querySelector("input, select")?.focus();
    }
    return undefined;
  };
  const keys = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onDone();
  };
  const set = (next) => {
    typed.value = next;
    problem.value = null;
  };
  return html`<form class="value-editor" ref=${form} onSubmit=${save} onKeyDown=${keys} noValidate>
    <${ValueInput}
      field=${field}
      label=${label}
      value=${typed.value}
      people=${people}
      set=${set}
      invalid=${Boolean(problem.value)}
      describedBy=${id}
    />
    <span class="value-buttons">
      <${Button} small kind="primary" icon="check" type="submit" label=${t("action.save")} />
      <${Button} small kind="ghost" icon="x" label=${t("action.cancel")} onClick=${onDone} />
    </span>
    <small id=${id} class="problem" role="alert">${problem.value}</small>
    ${
      conflict.value &&
      html`<div class="value-conflict" role="alertdialog" aria-label=${t("value.conflict_title")}>
        <p>
          ${t("value.conflict", {
            name: sourceName(conflict.value.by),
            value: conflictText(field, conflict.value.now, people),
          })}
        </p>
        <${Button} small onClick=${onDone}>${t("value.keep_theirs")}<//>
        <${Button} small kind="primary" onClick=${() => save(null, { anyway: true })}>
          ${t("value.keep_mine")}
        <//>
      </div>`
    }
  </form>`;
}

const conflictText = (field, now, people) => shownValue(field, now, inWords(), people) || t("value.none");

function said(field, told) {
  const { key, values } = wanted(field, told);
  return t(`value.wants.${key}`, values);
}

export function ValueInput({ field, label, value, people, set, invalid, describedBy }) {
  const shared = {
    "aria-label": label,
    "aria-invalid": invalid ? "true" : undefined,
    "aria-describedby": describedBy,
  };
  const typed = (event) => set(event.target.value);
  const option = (choice) => inWords().word(field.key, choice);
  switch (field.type) {
    case "choice":
      return html`<select value=${value} onChange=${typed} ...${shared}>
        <option value="">–</option>
        ${field.choices.map((choice) => html`<option value=${choice}>${option(choice)}</option>`)}
      </select>`;
    case "yes_no":
      return html`<select value=${value} onChange=${typed} ...${shared}>
        <option value="">–</option>
        <option value="true">${t("word.yes")}</option>
        <option value="false">${t("word.no")}</option>
      </select>`;
    case "choices":
      return html`<fieldset class="value-choices" aria-label=${label}>
        ${field.choices.map(
          (choice) => html`<label key=${choice}>
            <input
              type="checkbox"
              checked=${value.includes(choice)}
              onChange=${(event) =>
                set(event.target.checked ? [...value, choice] : value.filter((one) => one !== choice))}
            />
            <span>${option(choice)}</span>
          </label>`,
        )}
      </fieldset>`;
    case "person":
      return html`<${PersonInput} value=${value} people=${people} set=${set} shared=${shared} />`;
    default:
      return html`<input
        type=${field.type === "date" ? "date" : "text"}
        inputmode=${{ number: "decimal", money: "decimal", link: "url" }[field.type]}
        maxlength=${field.longest ?? 2000}
        value=${value}
        onInput=${typed}
        ...${shared}
      />`;
  }
}

/** A customer, found by name. */
function PersonInput({ value, people, set, shared }) {
  const asked = useSignal(value ? (people[value] ?? "") : "");
  const found = useSignal([]);
  useEffect(() => {
    const text = asked.value.trim();
    if (!text) {
      found.value = [];
      set("");
      return undefined;
    }
    if (text === people[value]) return undefined;
    const timer = setTimeout(
      () =>
        findPeople(text).then(
          (items) => (found.value = items),
          () => {},
        ),
      PAUSE,
    );
    return () => clearTimeout(timer);
  }, [asked.value]);
  const take = (party) => {
    asked.value = party.name;
    found.value = [];
    set(party.id);
  };
  return html`<span class="value-person">
    <input
      type="search"
      value=${asked.value}
      placeholder=${t("value.find_person")}
      onInput=${(event) => (asked.value = event.target.value)}
      ...${shared}
    />
    ${
      found.value.length > 0 &&
      html`<ul class="relation-found">
        ${found.value.map(
          (party) => html`<li key=${party.id}>
            <button type="button" onClick=${() => take(party)}>${phone(party.name)}</button>
          </li>`,
        )}
      </ul>`
    }
  </span>`;
}
