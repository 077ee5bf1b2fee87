// Rules and stories as a picture: what the customer says on one side, what the bot does on the other.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { Button, Icon, Tag } from "../../shared/kit/index.js";
import { can } from "../../shared/services/session.js";
import { movedStep, stepOf, stepsOf } from "../models/parts.js";
import * as studio from "../services/studio.js";
import { PartHead, PartList } from "./part_list.js";

const ICONS = {
  intent: "message-circle",
  or: "message-circle",
  action: "bot",
  bot: "bot",
  active_loop: "clipboard-list",
  slot_was_set: "tag",
  checkpoint: "bookmark",
  other: "ellipsis",
};
const ADDED = ["intent", "action", "active_loop", "slot_was_set", "checkpoint"];
const KINDS = {
  rule: { icon: "split", make: () => ({ steps: [] }) },
  story: { icon: "git-merge", make: () => ({ steps: [] }) },
};

export function Rules() {
  return html`<${PartList}
    section="rules"
    kinds=${KINDS}
    note=${(part) => number(part.value?.steps?.length ?? 0)}
    render=${(part) => html`<${Flow} part=${part} />`}
  />`;
}

function Flow({ part }) {
  const write = can("bots.write");
  const steps = stepsOf(part.value);
  const conditions = (part.value.condition ?? []).map((one) => stepsOf({ steps: [one] })[0]);
  // Steps have no names of their own: a change holds only as long as the steps are those that were seen.
  const seen = JSON.stringify(part.value.steps);
  const change = (how) =>
    studio.edit(part.kind, part.name, (value) =>
      JSON.stringify(value?.steps) === seen ? { ...value, steps: how(value.steps) } : undefined,
    );
  return html`
    <${PartHead} part=${part} onRemoved=${() => studio.open("rules")}>
      <${Tag}>${t(`bots.kind.${part.kind}`)}<//>
    <//>
    ${
      conditions.length > 0 &&
      html`<p class="flow-when">
        ${t("bots.only_when")}${" "}
        ${conditions.map((one) => html`<${Tag} key=${one.name} icon=${ICONS[one.kind]}>${one.name}<//>`)}
      </p>`
    }
    <ol class="flow">
      ${steps.map(
        (step, at) => html`<li key=${at} class="flow-step ${step.kind}">
          <span class="flow-chip">
            <${Icon} name=${ICONS[step.kind]} size=${14} />
            <span>
              <small>${t(`bots.step.${step.kind}`)}</small>
              <b>${step.name ?? t("bots.step.none")}</b>
              ${step.entities?.length > 0 && html`<small>${step.entities.join(", ")}</small>`}
            </span>
            <${Said} step=${step} />
          </span>
          ${
            write &&
            html`<span class="line-actions">
              <${Button}
                small
                kind="ghost"
                icon="arrow-up"
                label=${t("bots.step_up", { name: step.name ?? "" })}
                disabled=${at === 0}
                onClick=${() => change((all) => movedStep(all, at, -1))}
              />
              <${Button}
                small
                kind="ghost"
                icon="arrow-down"
                label=${t("bots.step_down", { name: step.name ?? "" })}
                disabled=${at === steps.length - 1}
                onClick=${() => change((all) => movedStep(all, at, 1))}
              />
              <${Button}
                small
                kind="ghost"
                icon="trash-2"
                label=${t("bots.remove_line", { text: step.name ?? "" })}
                onClick=${() => change((all) => all.toSpliced(at, 1))}
              />
            </span>`
          }
        </li>`,
      )}
    </ol>
    ${steps.length === 0 && html`<p class="parts-none">${t("bots.no_steps")}</p>`}
    ${write && html`<${NewStep} add=${(step) => change((all) => [...all, step])} />`}
  `;
}

/** What the bot says in that step, in the language of the bot. */
function Said({ step }) {
  if (step.kind !== "action") return null;
  const response = studio.partOf("response", step.name);
  if (!response) return null;
  const text = response.value.find((one) => one.text && one.channel === undefined)?.text;
  return html`<a class="flow-said" href=${studio.addressIn("answers", `response/${step.name}`)}>
    ${text ?? t("bots.section.answers")}
  </a>`;
}

function NewStep({ add }) {
  const kind = useSignal("intent");
  const name = useSignal("");
  const choices = choicesOf(kind.value);
  const send = async (event) => {
    event.preventDefault();
    const written = name.value.trim();
    if (!written && kind.value !== "active_loop") return;
    if (await add(stepOf(kind.value, written))) name.value = "";
  };
  return html`<form class="flow-new" onSubmit=${send}>
    <select
      value=${kind.value}
      aria-label=${t("bots.step_kind")}
      onChange=${(event) => (kind.value = event.target.value)}
    >
      ${ADDED.map((one) => html`<option key=${one} value=${one}>${t(`bots.step.${one}`)}</option>`)}
    </select>
    <input
      list="flow-choices"
      value=${name.value}
      aria-label=${t("bots.step_name")}
      placeholder=${t("bots.step_name")}
      onInput=${(event) => (name.value = event.target.value)}
    />
    <datalist id="flow-choices">
      ${choices.map((one) => html`<option key=${one} value=${one}></option>`)}
    </datalist>
    <${Button} small icon="plus" type="submit">${t("bots.add_step")}<//>
  </form>`;
}

function choicesOf(kind) {
  const names = (...kinds) => studio.partsOf(...kinds).map((part) => part.name);
  if (kind === "action") return names("response", "action", "form");
  if (kind === "active_loop") return names("form");
  if (kind === "slot_was_set") return names("slot");
  return kind === "intent" ? names("intent") : [];
}
