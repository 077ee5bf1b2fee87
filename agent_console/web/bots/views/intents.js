// What customers may want, each with what they say for it in every language.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent } from "../../shared/i18n/format.js";
import { Icon, Tag } from "../../shared/kit/index.js";
import { can } from "../../shared/services/session.js";
import { countOf, plainOf, stepsOf, withExample, withExamples, withoutExample } from "../models/parts.js";
import { latestReport } from "../services/reports.js";
import * as studio from "../services/studio.js";
import { Lines } from "./lines.js";
import { PartHead, PartList } from "./part_list.js";

export const LANGUAGES = ["fr", "en"];
const KINDS = { intent: { make: () => ({ examples: {}, options: null }) } };

export function Intents({ bot }) {
  const report = latestReport(bot);
  const note = (part) => number(countOf(part.value));
  return html`<${PartList}
    section="intents"
    kinds=${KINDS}
    note=${note}
    render=${(part) => html`<${Intent} part=${part} bot=${bot} report=${report} />`}
  />`;
}

function Intent({ part, bot, report }) {
  const spoken = useSignal(bot.language);
  const language = spoken.value;
  const lines = part.value.examples?.[language] ?? [];
  const write = can("bots.write");
  const entities = studio.partsOf("entity").map((one) => one.name);
  const quality = report?.intents?.[part.name];
  const change = (how) => studio.edit("intent", part.name, how);
  const actions = write && {
    add: (text) => change((value) => withExamples(value, language, text)),
    change: (before, after) => change((value) => withExample(value, language, before, after)),
    remove: (before) =>
      studio.editUndoable(
        "intent",
        part.name,
        (value) => withoutExample(value, language, before),
        t("bots.line_removed", { text: before }),
      ),
  };
  return html`
    <${PartHead} part=${part} onRemoved=${() => studio.open("intents")}>
      ${
        quality &&
        html`<${Tag} kind=${quality.f1 >= 0.8 ? "success" : "warning"} title=${t("bots.quality_hint")}>
          ${t("bots.quality", { value: percent(quality.f1) })}
        <//>`
      }
      <${Used} intent=${part.name} />
    <//>
    <div class="team-switch" role="group" aria-label=${t("bots.language")}>
      ${LANGUAGES.map(
        (code) => html`<button
          type="button"
          key=${code}
          aria-pressed=${code === language}
          onClick=${() => (spoken.value = code)}
        >
          ${word("language", code)}${" "}
          <span class="count">${number(part.value.examples?.[code]?.length ?? 0)}</span>
        </button>`,
      )}
    </div>
    <${Doubts} intent=${part.name} report=${report} lines=${lines} />
    <${Lines}
      key=${language}
      lines=${lines}
      language=${language}
      entities=${entities}
      label=${t("bots.add_example", { intent: part.name })}
      ...${actions || {}}
    />
    ${lines.length === 0 && html`<p class="parts-none">${t("bots.no_examples")}</p>`}
  `;
}

/** The rules and stories that begin with it; without one the bot asks back. */
function Used({ intent }) {
  const users = studio
    .partsOf("rule", "story")
    .filter((part) => stepsOf(part.value).some((step) => step.kind === "intent" && step.name === intent));
  if (users.length === 0) {
    return html`<${Tag} kind="warning" icon="triangle-alert">${t("bots.no_rule")}<//>`;
  }
  return html`<span class="part-users">
    <${Icon} name="split" size=${14} />
    ${users.slice(0, 3).map(
      (part) => html`<a key=${part.name} href=${studio.addressIn("rules", `${part.kind}/${part.name}`)}>
        ${part.name}
      </a>`,
    )}
    ${users.length > 3 && html`<small>+${number(users.length - 3)}</small>`}
  </span>`;
}

/** Examples that the last training took for another intent when it had not seen them. */
function Doubts({ intent, report, lines }) {
  const here = new Set(lines.map((line) => plainOf(line).toLowerCase()));
  const found = (report?.mistakes ?? []).filter(
    (one) => one.expected === intent && here.has(one.text.toLowerCase()),
  );
  if (found.length === 0) return null;
  return html`<details class="doubts">
    <summary>
      <${Icon} name="triangle-alert" size=${14} />
      ${t("bots.doubts", { count: found.length })}
    </summary>
    <ul>
      ${found.map(
        (one) => html`<li key=${one.text}>
          <q>${one.text}</q>
          <${Icon} name="arrow-right-left" size=${12} />
          <a href=${studio.addressIn("intents", `intent/${one.answered}`)}>
            ${one.answered === "out_of_scope" ? t("intent.out_of_scope") : one.answered}
          </a>
          <small>${percent(one.confidence)}</small>
        </li>`,
      )}
    </ul>
  </details>`;
}
