// In a customer's file: whom they are related to, and how.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { phone, shortDate } from "../../shared/i18n/format.js";
import { Button, Icon } from "../../shared/kit/index.js";
import { addressOf } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import { calledFrom, choicesFor } from "../models/types.js";
import { end, find, links, read, relate, remove, types } from "../services/relationships.js";

const PAUSE = 200; // milliseconds without a key before we search
const worded = ({ key, name }) => (key ? t(`relation.${key}`) : name);

/** `seen` changes when the file does, so that this is read again. */
export function Relationships({ party, seen }) {
  const adding = useSignal(false);
  useEffect(() => {
    types.read().catch(() => {});
    read(party.id);
  }, [party.id, seen]);
  const mine = links.value[party.id] ?? [];
  const may = can("customers.write");
  if (mine.length === 0 && !may) return null;
  return html`<section class="family relations">
    <header>
      <h3>${t("relations.title")}</h3>
      ${
        may &&
        html`<${Button}
          small
          kind="ghost"
          icon="plus"
          label=${t("relations.add")}
          aria-expanded=${adding.value}
          onClick=${() => (adding.value = !adding.value)}
        />`
      }
    </header>
    <ul>
      ${mine.map((link) => html`<${Link} key=${link.id} party=${party} link=${link} may=${may} />`)}
    </ul>
    ${mine.length === 0 && !adding.value && html`<p class="nothing">${t("customer.nothing")}</p>`}
    ${adding.value && html`<${Add} party=${party} onDone=${() => (adding.value = false)} />`}
  </section>`;
}

function Link({ party, link, may }) {
  const days = [
    !link.current && t("relations.ended"),
    link.since && t("relations.since", { date: shortDate(link.since) }),
    link.until && t("relations.until", { date: shortDate(link.until) }),
  ].filter(Boolean);
  return html`<li class=${link.current ? "" : "ended"}>
    <${Icon} name=${link.other.kind === "organisation" ? "building-2" : "contact-round"} size=${14} />
    <span>
      <small>${worded(calledFrom(link, types.all.value))}</small>
      <a href=${addressOf("customers", link.other.id)}>${phone(link.other.name)}</a>
      ${
        (days.length > 0 || link.note) &&
        html`<small>${[...days, link.note].filter(Boolean).join(" · ")}</small>`
      }
    </span>
    ${
      may &&
      html`<${Button}
        small
        kind="ghost"
        icon=${link.current ? "x" : "trash-2"}
        label=${t(link.current ? "relations.ends" : "relations.remove")}
        onClick=${() => (link.current ? end(party.id, link, yesterday()) : remove(party.id, link))}
      />`
    }
  </li>`;
}

/** Its last day: it does not hold today any more. */
function yesterday() {
  const day = new Date(Date.now() - 86_400_000);
  const two = (number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function Add({ party, onDone }) {
  const choices = choicesFor(party.kind, types.all.value);
  const chosen = useSignal(0);
  const typed = useSignal("");
  const found = useSignal(null);
  useEffect(() => {
    const text = typed.value.trim();
    if (text.length < 2) {
      found.value = null;
      return undefined;
    }
    const timer = setTimeout(
      () =>
        find(text).then(
          (items) => (found.value = items),
          () => {},
        ),
      PAUSE,
    );
    return () => clearTimeout(timer);
  }, [typed.value]);
  const choice = choices[chosen.value];
  const fitting = (found.value ?? []).filter(
    (other) => other.id !== party.id && (!choice.wants || other.kind === choice.wants),
  );
  const take = async (other) => {
    const link = { to: other.id, type: choice.type, inverse: choice.inverse };
    if (await relate(party.id, link)) onDone();
  };
  return html`<div class="relation-add">
    <select
      aria-label=${t("relations.kind")}
      value=${chosen.value}
      onChange=${(event) => (chosen.value = Number(event.target.value))}
    >
      ${choices.map((of, index) => html`<option value=${index}>${worded(of)}</option>`)}
    </select>
    <input
      type="search"
      autofocus
      aria-label=${t("relations.find")}
      placeholder=${t("relations.find")}
      value=${typed.value}
      onInput=${(event) => (typed.value = event.target.value)}
    />
    <${Button} small kind="ghost" icon="x" label=${t("action.cancel")} onClick=${onDone} />
    ${
      found.value &&
      html`<ul class="relation-found">
        ${fitting.map(
          (other) => html`<li key=${other.id}>
            <button type="button" onClick=${() => take(other)}>${phone(other.name)}</button>
          </li>`,
        )}
        ${fitting.length === 0 && html`<li class="nothing">${t("relations.none_found")}</li>`}
      </ul>`
    }
  </div>`;
}
