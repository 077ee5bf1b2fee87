// What customers said that nobody judged yet, the least sure first: one key a sentence.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent } from "../../shared/i18n/format.js";
import { Button, ChannelIcon, Empty, Loading, Tag, When } from "../../shared/kit/index.js";
import { explain, toast } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { withExamples } from "../models/parts.js";
import { guessesOf } from "../models/review.js";
import * as studio from "../services/studio.js";

const SHOWN = 4; // sentences of a group

export function Review({ bot }) {
  return html`
    ${can("bots.write") && html`<${Unknown} bot=${bot} />`}
    <${Utterances} bot=${bot} />
  `;
}

/** Groups of requests that no intent is for: each can become one, with these sentences as its examples. */
function Unknown({ bot }) {
  const groups = useSignal([]);
  useEffect(() => {
    studio.readUnknown(bot.id).then(
      (found) => (groups.value = found),
      () => {},
    );
  }, [bot.id, studio.judged.value]);
  if (groups.value.length === 0) return null;
  return html`<section class="unknown">
    <h2>${t("bots.unknown")}</h2>
    <p class="part-hint">${t("bots.unknown_hint")}</p>
    <ul>
      ${groups.value.map((group) => html`<${Group} key=${group.exchange_ids[0]} group=${group} />`)}
    </ul>
  </section>`;
}

function Group({ group }) {
  const name = useSignal(group.name);
  const make = async (event) => {
    event.preventDefault();
    const intent = name.value.trim();
    if (!intent) return;
    const { texts, language, exchange_ids } = group;
    const examples = texts.join("\n");
    if (!(await studio.edit("intent", intent, (value) => withExamples(value, language, examples)))) return;
    await studio.judge({ exchange_ids, intent, text: "", language });
    toast(t("bots.unknown_made", { name: intent }), {
      kind: "success",
      action: { label: t("bots.open_it"), run: () => studio.open("intents", `intent/${intent}`) },
    });
  };
  return html`<li>
    <ul class="unknown-texts" lang=${group.language}>
      ${group.texts.slice(0, SHOWN).map((text) => html`<li key=${text}>${text}</li>`)}
      ${
        group.texts.length > SHOWN &&
        html`<li class="zero">${t("bots.unknown_more", { count: group.texts.length - SHOWN })}</li>`
      }
    </ul>
    <form onSubmit=${make}>
      <input
        value=${name.value}
        maxlength="200"
        aria-label=${t("bots.new_name")}
        onInput=${(event) => (name.value = event.target.value)}
      />
      <${Button} small icon="plus" type="submit">${t("bots.add.intents")}<//>
    </form>
  </li>`;
}

function Utterances({ bot }) {
  const items = useSignal(null);
  const problem = useSignal(null);
  const current = useSignal(0);
  const list = useRef(null);
  const write = can("bots.write");
  const read = () =>
    studio.readReview(bot.id).then(
      (found) => {
        items.value = found;
        problem.value = null;
      },
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), [bot.id, studio.judged.value]);
  const all = items.value ?? [];
  const at = Math.min(current.value, Math.max(0, all.length - 1));
  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);

  /** `intent` null: it teaches nothing. The next one is there at once; what the server refuses comes back. */
  const judge = async (item, intent) => {
    const before = items.value;
    items.value = before.filter((one) => one !== item);
    const { exchange_ids, language } = item;
    const text = intent === null ? "" : item.text;
    if ((await studio.judge({ exchange_ids, intent, text, language })) === undefined) items.value = before;
  };
  const keys = (event) => {
    const item = all[at];
    if (!item || event.target !== list.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const guess = guessesOf(item, studio.partsOf("intent"))[event.key - 1];
    if (["ArrowDown", "j"].includes(event.key)) current.value = Math.min(at + 1, all.length - 1);
    else if (["ArrowUp", "k"].includes(event.key)) current.value = Math.max(at - 1, 0);
    else if (event.key === "Enter" && write && !item.out_of_scope) judge(item, item.intent);
    else if (event.key === "x" && write) judge(item, null);
    else if (event.key === "o" && write) list.current.querySelector(`[data-at="${at}"] select`)?.focus();
    else if (guess && write) judge(item, guess);
    else return;
    event.preventDefault();
  };
  if (problem.value) {
    return html`<${Empty}
      icon="circle-alert"
      title=${explain(problem.value)}
      action=${{ label: t("action.retry"), run: read }}
    />`;
  }
  if (!items.value) return html`<${Loading} rows=${6} />`;
  if (all.length === 0) {
    return html`<${Empty} icon="circle-check" title=${t("bots.review_none")}>
      ${t("bots.review_none_hint")}
    <//>`;
  }
  return html`
    <header class="section-head">
      <h2>${t("bots.section.review")}</h2>
      <p role="status">${t("bots.review_count", { count: all.length, number: number(all.length) })}</p>
    </header>
    <p class="part-hint">${t("bots.review_hint")}</p>
    <ol class="review" ref=${list} tabindex="0" aria-label=${t("bots.section.review")} onKeyDown=${keys}>
      ${all.map(
        (item, place) => html`<li
          key=${item.exchange_ids[0]}
          data-at=${place}
          class=${place === at ? "current" : ""}
          aria-current=${place === at ? "true" : undefined}
          onClick=${() => (current.value = place)}
        >
          <${Utterance}
            item=${item}
            open=${place === at}
            judge=${write && ((intent) => judge(item, intent).then(() => list.current?.focus()))}
          />
        </li>`,
      )}
    </ol>
  `;
}

function Utterance({ item, open, judge }) {
  const intents = studio.partsOf("intent").map((part) => part.name);
  const guesses = guessesOf(item, studio.partsOf("intent"));
  return html`
    <p class="review-text">
      <${ChannelIcon} channel=${item.channel} size=${14} />
      <span lang=${item.language}>${item.text}</span>
      ${item.count > 1 && html`<span class="count">× ${number(item.count)}</span>`}
    </p>
    <p class="review-facts">
      <${Tag} kind=${item.out_of_scope ? "danger" : "bot"}>
        ${item.out_of_scope ? t("intent.out_of_scope") : word("intent", item.intent)}
      <//>
      <small>${percent(item.confidence)}</small>
      <small>
        <${When} at=${item.at} />
      </small>
    </p>
    ${
      open &&
      judge &&
      html`<div class="review-choices" role="group" aria-label=${t("bots.meant")}>
        ${guesses.map(
          (intent, i) => html`<${Button}
            key=${intent}
            small
            kind=${i === 0 && !item.out_of_scope ? "primary" : "plain"}
            shortcut=${String(i + 1)}
            onClick=${() => judge(intent)}
          >${word("intent", intent)}<//>`,
        )}
        <select
          aria-label=${t("bots.other_intent")}
          value=""
          onChange=${(event) => event.target.value && judge(event.target.value)}
        >
          <option value="">${t("bots.other_intent")} (O)</option>
          ${intents.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
        </select>
        <${Button} small kind="ghost" icon="x" shortcut="X" onClick=${() => judge(null)}>
          ${t("bots.teaches_nothing")}
        <//>
      </div>`
    }
  `;
}
