// What the bot asks for and remembers: forms, slots, entities; and the lists that help it to find them.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { Button, Icon, Tag } from "../../shared/kit/index.js";
import { can } from "../../shared/services/session.js";
import { countOf, listed, movedStep, withExample, withExamples, withoutExample } from "../models/parts.js";
import * as studio from "../services/studio.js";
import { LANGUAGES } from "./intents.js";
import { Lines } from "./lines.js";
import { PartHead, PartList } from "./part_list.js";

const TYPES = ["text", "bool", "categorical", "float", "list", "any"];
const KINDS = {
  form: { icon: "clipboard-list", prefix: "", make: () => ({ required_slots: [] }) },
  slot: {
    icon: "tag",
    make: (name) => ({ type: "text", mappings: [{ type: "from_entity", entity: name }] }),
  },
  entity: { icon: "at-sign", make: () => true },
  lookup: { icon: "list-filter", make: () => ({ fr: [t("bots.new_line")] }) },
  synonym: { icon: "arrow-right-left", make: () => ({ fr: [t("bots.new_line")] }) },
  regex: { icon: "search", make: () => ({ fr: ["\\b\\d+\\b"] }) },
};
const ORDER = Object.keys(KINDS);

export function Data({ bot }) {
  return html`<${PartList}
    section="data"
    kinds=${KINDS}
    sort=${(a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)}
    note=${(part) => noteOf(part)}
    render=${(part) => html`<${Open} part=${part} bot=${bot} />`}
  />`;
}

function noteOf({ kind, value }) {
  if (kind === "form") return number(value?.required_slots?.length ?? 0);
  if (kind === "slot") return value?.type ?? "";
  return kind === "entity" ? "" : number(countOf(listed(value)));
}

function Open({ part, bot }) {
  const View = { form: Form, slot: Slot, entity: Entity }[part.kind] ?? Listed;
  return html`
    <${PartHead} part=${part} onRemoved=${() => studio.open("data")}>
      <${Tag} icon=${KINDS[part.kind].icon}>${t(`bots.kind.${part.kind}`)}<//>
    <//>
    <p class="part-hint">${t(`bots.hint.${part.kind}`)}</p>
    <${View} part=${part} bot=${bot} />
  `;
}

/** Forms as they are written since Rasa 3, a list of slots; an older mapping is only shown. */
function Form({ part }) {
  const slots = part.value.required_slots ?? [];
  const write = can("bots.write") && Array.isArray(slots);
  const names = Array.isArray(slots) ? slots : Object.keys(slots);
  const seen = JSON.stringify(slots);
  const change = (how) =>
    studio.edit("form", part.name, (value) =>
      JSON.stringify(value?.required_slots ?? []) === seen
        ? { ...value, required_slots: how(value.required_slots ?? []) }
        : undefined,
    );
  const free = studio
    .partsOf("slot")
    .map((one) => one.name)
    .filter((name) => !names.includes(name));
  return html`
    <ol class="form-slots">
      ${names.map(
        (name, at) => html`<li key=${name}>
          <a href=${studio.addressIn("data", `slot/${name}`)}>${name}</a>
          <${Asks} slot=${name} />
          ${
            write &&
            html`<span class="line-actions">
              <${Button}
                small
                kind="ghost"
                icon="arrow-up"
                label=${t("bots.step_up", { name })}
                disabled=${at === 0}
                onClick=${() => change((all) => movedStep(all, at, -1))}
              />
              <${Button}
                small
                kind="ghost"
                icon="trash-2"
                label=${t("bots.remove_line", { text: name })}
                onClick=${() => change((all) => all.toSpliced(at, 1))}
              />
            </span>`
          }
        </li>`,
      )}
    </ol>
    ${
      write &&
      html`<select
        class="form-add"
        aria-label=${t("bots.add_slot")}
        value=""
        onChange=${(event) => event.target.value && change((all) => [...all, event.target.value])}
      >
        <option value="">${t("bots.add_slot")}</option>
        ${free.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
      </select>`
    }
  `;
}

/** How the bot asks for a slot; or that it has no words for it yet. */
function Asks({ slot }) {
  const name = `utter_ask_${slot}`;
  const response = studio.partOf("response", name);
  if (response) {
    return html`<a class="flow-said" href=${studio.addressIn("answers", `response/${name}`)}>
      ${response.value[0]?.text}
    </a>`;
  }
  const make = async () => {
    if (await studio.edit("response", name, () => [{ text: t("bots.new_answer") }])) {
      studio.open("answers", `response/${name}`);
    }
  };
  return html`
    <${Tag} kind="warning" icon="triangle-alert">${t("bots.not_asked")}<//>
    ${can("bots.write") && html`<${Button} small onClick=${make}>${t("bots.write_question")}<//>`}
  `;
}

function Slot({ part }) {
  const write = can("bots.write");
  const change = (with_) => studio.edit("slot", part.name, (value) => ({ ...value, ...with_ }));
  const { type = "text", mappings = [], influence_conversation: influences = true } = part.value ?? {};
  const entity = mappings.find((one) => one.type === "from_entity")?.entity ?? "";
  const known = mappings.every((one) => ["from_entity", "from_text", "custom"].includes(one.type));
  const mapped = entity || mappings[0]?.type || "custom";
  const map = (event) => {
    const chosen = event.target.value;
    const plain = ["from_text", "custom"].includes(chosen);
    change({ mappings: [plain ? { type: chosen } : { type: "from_entity", entity: chosen }] });
  };
  return html`<div class="stacked">
    <label>
      <span>${t("bots.slot_type")}</span>
      <select disabled=${!write} value=${type} onChange=${(event) => change({ type: event.target.value })}>
        ${[...new Set([...TYPES, type])].map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
      </select>
    </label>
    ${
      known && mappings.length <= 1
        ? html`<label>
          <span>${t("bots.slot_from")}</span>
          <select disabled=${!write} value=${mapped} onChange=${map}>
            <option value="custom">${t("bots.slot_custom")}</option>
            <option value="from_text">${t("bots.slot_text")}</option>
            ${studio.partsOf("entity").map(
              (one) => html`<option key=${one.name} value=${one.name}>
                ${t("bots.slot_entity", { name: one.name })}
              </option>`,
            )}
          </select>
        </label>`
        : html`<p class="part-hint">${t("bots.slot_many", { count: mappings.length })}</p>`
    }
    <label class="switch">
      <input
        type="checkbox"
        disabled=${!write}
        checked=${influences}
        onChange=${(event) => change({ influence_conversation: event.target.checked })}
      />
      <span>${t("bots.slot_influences")}</span>
    </label>
  </div>`;
}

/** Where an entity is marked in examples. */
function Entity({ part }) {
  const marks = studio
    .partsOf("intent")
    .map((intent) => ({
      name: intent.name,
      count: Object.values(intent.value.examples ?? {})
        .flat()
        .filter((line) => {
          const text = typeof line === "string" ? line : line.text;
          return text.includes(`](${part.name})`) || text.includes(`"entity": "${part.name}"`);
        }).length,
    }))
    .filter((one) => one.count > 0);
  if (marks.length === 0) return html`<p class="parts-none">${t("bots.not_marked")}</p>`;
  return html`<ul class="marks">
    ${marks.map(
      (one) => html`<li key=${one.name}>
        <${Icon} name="message-circle" size=${14} />
        <a href=${studio.addressIn("intents", `intent/${one.name}`)}>${one.name}</a>
        <span class="count">${number(one.count)}</span>
      </li>`,
    )}
  </ul>`;
}

function Listed({ part, bot }) {
  const spoken = useSignal(bot.language in (part.value ?? {}) ? bot.language : LANGUAGES[0]);
  const language = spoken.value;
  const change = (how) => studio.edit(part.kind, part.name, (value) => how(listed(value))?.examples);
  const actions = can("bots.write") && {
    add: (text) => change((value) => withExamples(value, language, text)),
    change: (before, after) => change((value) => withExample(value, language, before, after)),
    remove: (before) => change((value) => withoutExample(value, language, before)),
  };
  return html`
    <div class="team-switch" role="group" aria-label=${t("bots.language")}>
      ${LANGUAGES.map(
        (code) => html`<button
          type="button"
          key=${code}
          aria-pressed=${code === language}
          onClick=${() => (spoken.value = code)}
        >
          ${word("language", code)}${" "}
          <span class="count">${number(part.value?.[code]?.length ?? 0)}</span>
        </button>`,
      )}
    </div>
    <${Lines}
      key=${language}
      lines=${part.value?.[language] ?? []}
      language=${language}
      label=${t("bots.add_line")}
      ...${actions || {}}
    />
  `;
}
