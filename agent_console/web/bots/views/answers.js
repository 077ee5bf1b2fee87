// What the bot says: every answer with its variations by language and channel, buttons and conditions.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { Button, Tag } from "../../shared/kit/index.js";
import { can } from "../../shared/services/session.js";
import { conditionsOf, usersOf, withConditions, withVariation } from "../models/parts.js";
import * as studio from "../services/studio.js";
import { PartHead, PartList } from "./part_list.js";

const CHANNELS = ["", "voice", "webchat", "sms", "email"];
const KINDS = {
  response: { prefix: "utter_", make: () => [{ text: t("bots.new_answer") }] },
};

export function Answers() {
  return html`<${PartList}
    section="answers"
    kinds=${KINDS}
    note=${(part) => number(part.value?.length ?? 0)}
    render=${(part) => html`<${Answer} part=${part} />`}
  />`;
}

function Answer({ part }) {
  const write = can("bots.write");
  const used = usersOf(part.name, studio.partsOf("rule", "story")).slice(0, 3).join(", ");
  const replace = (before, after) =>
    studio.edit("response", part.name, (value) => withVariation(value, before, after));
  const remove = (before) =>
    studio.editUndoable(
      "response",
      part.name,
      (value) => withVariation(value, before, null),
      t("bots.variation_removed"),
    );
  const add = () =>
    replace(null, withConditions({ text: t("bots.new_answer") }, { language: "", channel: "" }));
  return html`
    <${PartHead} part=${part} onRemoved=${() => studio.open("answers")}>
      ${used && html`<small>${t("bots.used_in", { names: used })}</small>`}
    <//>
    <ul class="variations">
      ${part.value.map(
        (variation) => html`<li key=${JSON.stringify(variation)}>
          <${Variation}
            variation=${variation}
            last=${part.value.length === 1}
            save=${write && ((after) => replace(variation, after))}
            remove=${write && (() => remove(variation))}
          />
        </li>`,
      )}
    </ul>
    ${write && html`<${Button} icon="plus" onClick=${add}>${t("bots.add_variation")}<//>`}
  `;
}

function Variation({ variation, last, save, remove }) {
  const { language, channel, others } = conditionsOf(variation);
  const editing = useSignal(false);
  if (editing.value && save) {
    return html`<${VariationForm}
      variation=${variation}
      save=${async (after) => (await save(after)) && ((editing.value = false))}
      leave=${() => (editing.value = false)}
    />`;
  }
  return html`<article class="variation">
    <p lang=${language || undefined}>${variation.text ?? ""}</p>
    ${
      variation.buttons?.length > 0 &&
      html`<ul class="variation-buttons">
        ${variation.buttons.map((one) => html`<li key=${one.title} title=${one.payload}>${one.title}</li>`)}
      </ul>`
    }
    <footer>
      <${Tag}>${language ? word("language", language) : t("bots.any_language")}<//>
      <${Tag}>${channel ? t(`bots.channel.${channel}`) : t("bots.any_channel")}<//>
      ${others.map((one) => html`<${Tag} key=${one.name} kind="note">${one.name} = ${String(one.value)}<//>`)}
      ${
        save &&
        html`<span class="line-actions">
          <${Button}
            small
            kind="ghost"
            icon="pencil"
            label=${t("bots.edit_line", { text: variation.text ?? "" })}
            onClick=${() => (editing.value = true)}
          />
          ${
            !last &&
            html`<${Button}
              small
              kind="ghost"
              icon="trash-2"
              label=${t("bots.remove_line", { text: variation.text ?? "" })}
              onClick=${remove}
            />`
          }
        </span>`
      }
    </footer>
  </article>`;
}

function VariationForm({ variation, save, leave }) {
  const text = useSignal(variation.text ?? "");
  const conditions = useSignal(conditionsOf(variation));
  const buttons = useSignal(variation.buttons ?? []);
  const { language, channel } = conditions.value;
  const set = (name) => (event) => (conditions.value = { ...conditions.value, [name]: event.target.value });
  const setButton = (at, name) => (event) =>
    (buttons.value = buttons.value.with(at, { ...buttons.value[at], [name]: event.target.value }));
  const send = (event) => {
    event.preventDefault();
    if (!text.value.trim()) return;
    const { buttons: _, ...rest } = variation;
    const kept = buttons.value.filter((one) => one.title.trim());
    save(
      withConditions(
        { ...rest, text: text.value.trim(), ...(kept.length ? { buttons: kept } : {}) },
        conditions.value,
      ),
    );
  };
  return html`<form class="variation-form" onSubmit=${send}>
    <textarea
      rows="3"
      value=${text.value}
      lang=${language || undefined}
      aria-label=${t("bots.answer_text")}
      onInput=${(event) => (text.value = event.target.value)}
    ></textarea>
    <div class="variation-where">
      <label>
        <span>${t("bots.language")}</span>
        <select value=${language} onChange=${set("language")}>
          ${["", "fr", "en"].map(
            (code) => html`<option key=${code} value=${code}>
              ${code ? word("language", code) : t("bots.any_language")}
            </option>`,
          )}
        </select>
      </label>
      <label>
        <span>${t("bots.channel")}</span>
        <select value=${channel} onChange=${set("channel")}>
          ${CHANNELS.map(
            (one) => html`<option key=${one} value=${one}>
              ${one ? t(`bots.channel.${one}`) : t("bots.any_channel")}
            </option>`,
          )}
        </select>
      </label>
    </div>
    ${buttons.value.map(
      (one, at) => html`<div class="variation-button" key=${at}>
        <input
          value=${one.title}
          aria-label=${t("bots.button_title")}
          placeholder=${t("bots.button_title")}
          onInput=${setButton(at, "title")}
        />
        <input
          value=${one.payload}
          aria-label=${t("bots.button_payload")}
          placeholder="/intent"
          onInput=${setButton(at, "payload")}
        />
        <${Button}
          small
          kind="ghost"
          icon="x"
          label=${t("bots.remove_button")}
          onClick=${() => (buttons.value = buttons.value.toSpliced(at, 1))}
        />
      </div>`,
    )}
    <footer>
      <${Button}
        small
        icon="plus"
        onClick=${() => (buttons.value = [...buttons.value, { title: "", payload: "/" }])}
      >${t("bots.add_button")}<//>
      <span class="line-ends">
        <${Button} small onClick=${leave}>${t("action.cancel")}<//>
        <${Button} small kind="primary" type="submit">${t("action.save")}<//>
      </span>
    </footer>
  </form>`;
}
