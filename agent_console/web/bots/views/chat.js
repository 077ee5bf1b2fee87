// The test chat: what the bot would answer, and why. Nothing of it is kept, and no customer sees it.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent } from "../../shared/i18n/format.js";
import { Button, Tag } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { tidy, withExamples } from "../models/parts.js";
import { ready } from "../services/reports.js";
import * as studio from "../services/studio.js";

const CHANNELS = ["webchat", "sms", "voice", "email"];

export function Chat({ bot }) {
  const turns = useSignal([]);
  const text = useSignal("");
  const channel = useSignal("webchat");
  const version = useSignal("");
  const busy = useSignal(false);
  const end = useRef(null);
  const begin = () => (turns.value = []);
  useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [turns.value.length, busy.value]);
  const send = async (event) => {
    event.preventDefault();
    const said = tidy(text.value);
    if (!said || busy.value) return;
    text.value = "";
    busy.value = true;
    const state = turns.value.findLast((one) => one.answer)?.answer.state ?? null;
    const asked = { text: said, version: version.value, channel: channel.value, state };
    try {
      turns.value = [...turns.value, { said, answer: await studio.tryOut(asked) }];
    } catch (error) {
      turns.value = [...turns.value, { said, error }];
      text.value = said;
    }
    busy.value = false;
  };
  const choose = (what) => (event) => {
    what.value = event.target.value;
    begin();
  };
  return html`<aside class="studio-chat card" aria-label=${t("bots.try")}>
    <header>
      <select aria-label=${t("bots.try_version")} value=${version.value} onChange=${choose(version)}>
        <option value="">${t("bots.draft")}</option>
        ${ready().map(
          (one) => html`<option key=${one.id} value=${one.id}>
            ${t("bots.version", { number: one.number })}
          </option>`,
        )}
      </select>
      <select aria-label=${t("bots.channel")} value=${channel.value} onChange=${choose(channel)}>
        ${CHANNELS.map((one) => html`<option key=${one} value=${one}>${t(`bots.channel.${one}`)}</option>`)}
      </select>
      <${Button} small kind="ghost" icon="rotate-ccw" label=${t("bots.try_again")} onClick=${begin} />
    </header>
    <div class="chat-turns" role="log" aria-live="polite" tabindex="0" aria-label=${t("bots.try_turns")}>
      ${turns.value.length === 0 && html`<p class="parts-none">${t("bots.try_hint")}</p>`}
      ${turns.value.map((one, at) => html`<${Turn} key=${at} turn=${one} bot=${bot} />`)}
      ${busy.value && html`<p class="chat-busy" role="status">${t("bots.try_busy")}</p>`}
      <span ref=${end}></span>
    </div>
    <form onSubmit=${send}>
      <input
        value=${text.value}
        maxlength="2000"
        aria-label=${t("bots.try_say")}
        placeholder=${t("bots.try_say")}
        onInput=${(event) => (text.value = event.target.value)}
      />
      <${Button} icon="send" kind="primary" type="submit" label=${t("bots.send")} />
    </form>
  </aside>`;
}

function Turn({ turn, bot }) {
  const { said, answer, error } = turn;
  return html`<div class="chat-turn">
    <p class="chat-said">${said}</p>
    ${error && html`<p class="problem" role="alert">${explain(error)}</p>`}
    ${
      answer &&
      html`
        ${answer.replies.map(
          (reply, at) => html`<p key=${at} class="chat-reply" lang=${answer.language}>${reply}</p>`,
        )}
        ${
          answer.handover &&
          html`<p class="chat-fact">
            <${Tag} kind="warning" icon="user-round">
              ${t("bots.hands_over", { reason: word("handover", answer.handover) })}
            <//>
          </p>`
        }
        <${Why} said=${said} answer=${answer} bot=${bot} />
      `
    }
  </div>`;
}

/** Why the turn went so: what was understood, from which words, what it was near to, which rule followed. */
function Why({ said, answer, bot }) {
  const { why } = answer;
  const outcome = answer.out_of_scope ? "out_of_scope" : answer.sure ? "sure" : "unsure";
  return html`<details class="chat-why">
    <summary>
      <${Tag} kind=${{ sure: "success", unsure: "warning", out_of_scope: "danger" }[outcome]}>
        ${answer.out_of_scope ? t("intent.out_of_scope") : answer.intent}
      <//>
      ${answer.confidence !== null && html`<small>${percent(answer.confidence)}</small>`}
      <small>${t(`bots.outcome.${outcome}`)}</small>
    </summary>
    <dl>
      <dt>${t("bots.why_words")}</dt>
      <dd class="why-words">
        ${why.words.map(
          (one, at) => html`<span
            key=${at}
            style=${{ "--weight": weightOf(one, why.words) }}
            title=${percent(one.weight)}
          >${one.text}</span>`,
        )}
      </dd>
      <dt>${t("bots.why_ranking")}</dt>
      <dd>
        <ul class="why-ranking">
          ${why.ranking.map(
            (one) => html`<li key=${one.intent}>
              <a href=${studio.addressIn("intents", `intent/${one.intent}`)}>${one.intent}</a>
              <meter min="0" max="1" value=${one.confidence} aria-label=${one.intent}></meter>
              <small>${percent(one.confidence)}</small>
            </li>`,
          )}
        </ul>
        ${
          why.familiarity !== null &&
          why.familiarity !== undefined &&
          html`<small>
            ${t("bots.why_familiar", { value: number(why.familiarity, 2), floor: number(why.floor, 2) })}
          </small>`
        }
      </dd>
      ${
        why.nearest.length > 0 &&
        html`
          <dt>${t("bots.why_nearest")}</dt>
          <dd>
            <ul class="why-nearest">
              ${why.nearest.map(
                (one, at) => html`<li key=${at}>
                  <q>${one.text}</q>
                  ${" "}
                  <small>${one.intent} · ${percent(one.likeness)}</small>
                </li>`,
              )}
            </ul>
          </dd>
        `
      }
      ${
        answer.entities.length > 0 &&
        html`
          <dt>${t("bots.why_entities")}</dt>
          <dd>
            ${answer.entities.map(
              (one, at) => html`<${Tag} key=${at} icon="tag">${one.kind} = ${one.value}<//>`,
            )}
          </dd>
        `
      }
      ${
        answer.rule.length > 0 &&
        html`
          <dt>${t("bots.why_rule")}</dt>
          <dd>${answer.rule.join(" → ")}</dd>
        `
      }
      ${
        Object.keys(answer.slots).length > 0 &&
        html`
          <dt>${t("bots.why_slots")}</dt>
          <dd>
            ${Object.entries(answer.slots).map(
              ([name, value]) => html`<${Tag} key=${name}>${name} = ${value}<//>`,
            )}
          </dd>
        `
      }
    </dl>
    ${can("bots.write") && html`<${Teach} said=${said} answer=${answer} bot=${bot} />`}
  </details>`;
}

/** How strongly a word speaks for what was understood, from 0 to 1. */
function weightOf({ weight }, words) {
  const strongest = Math.max(0.05, ...words.map((one) => one.weight));
  return Math.max(0, weight / strongest).toFixed(2);
}

/** What was said becomes an example of the intent that was meant. */
function Teach({ said, answer, bot }) {
  const chosen = useSignal(answer.out_of_scope ? "" : (answer.intent ?? ""));
  const done = useSignal(false);
  const intents = studio.partsOf("intent").map((part) => part.name);
  const teach = async () => {
    const language = answer.language ?? bot.language;
    if (await studio.edit("intent", chosen.value, (value) => withExamples(value, language, said))) {
      done.value = true;
    }
  };
  if (done.value)
    return html`<p class="chat-taught" role="status">${t("bots.taught", { intent: chosen.value })}</p>`;
  return html`<div class="chat-teach">
    <select
      aria-label=${t("bots.meant")}
      value=${chosen.value}
      onChange=${(event) => (chosen.value = event.target.value)}
    >
      <option value="">${t("bots.meant")}</option>
      ${intents.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
    </select>
    <${Button} small icon="plus" disabled=${!intents.includes(chosen.value)} onClick=${teach}>
      ${t("bots.teach")}
    <//>
  </div>`;
}
