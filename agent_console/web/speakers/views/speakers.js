// In the file beside a conversation: who is speaking, where several people use one address.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { Button, Icon } from "../../shared/kit/index.js";
import { can } from "../../shared/services/session.js";
import { findPeople, readSpeakers, saySpeaker } from "../services/speakers.js";

const PAUSE = 200; // milliseconds without a key before we search

/** `party` is whose conversation it is now. */
export function Speakers({ conversationId, party }) {
  const told = useSignal({ items: [] });
  const asking = useSignal(false);
  useEffect(() => {
    asking.value = false;
    readSpeakers(conversationId).then(
      (answer) => (told.value = answer),
      () => {},
    );
  }, [conversationId, party.id]);
  if (!can("conversations.write")) return null;
  const { items } = told.value;
  const say = async (who) => {
    if (await saySpeaker(conversationId, who)) asking.value = false;
  };
  return html`<section
    class="speakers ${items.length > 0 ? "shared" : ""}"
    aria-label=${t("speakers.title")}
  >
    ${
      items.length > 0 &&
      html`<p>
        <${Icon} name="users-round" size=${14} />
        ${t("speakers.shared")}
      </p>`
    }
    <div class="speakers-people">
      ${items.map(
        (one) => html`<button
          type="button"
          key=${one.id}
          class="chip"
          aria-pressed=${one.id === party.id}
          onClick=${() => one.id !== party.id && say({ party: one.id })}
        >${phone(one.name)}</button>`,
      )}
      <${Button}
        small
        kind="ghost"
        icon="user-plus"
        aria-expanded=${asking.value}
        onClick=${() => (asking.value = !asking.value)}
      >${t("speakers.other")}<//>
    </div>
    ${asking.value && html`<${Ask} but=${party.id} onSay=${say} />`}
  </section>`;
}

function Ask({ but, onSay }) {
  const typed = useSignal("");
  const found = useSignal([]);
  useEffect(() => {
    const text = typed.value.trim();
    if (text.length < 2) {
      found.value = [];
      return undefined;
    }
    const timer = setTimeout(
      () =>
        findPeople(text).then(
          (items) => (found.value = items.filter((one) => one.id !== but)),
          () => {},
        ),
      PAUSE,
    );
    return () => clearTimeout(timer);
  }, [typed.value]);
  const name = typed.value.trim();
  return html`<form
    class="speakers-ask"
    onSubmit=${(event) => {
      event.preventDefault();
      if (name) onSay({ name });
    }}
  >
    <input
      autofocus
      type="search"
      maxlength="200"
      aria-label=${t("speakers.name")}
      placeholder=${t("speakers.name")}
      value=${typed.value}
      onInput=${(event) => (typed.value = event.target.value)}
    />
    <ul class="relation-found">
      ${found.value.map(
        (one) => html`<li key=${one.id}>
          <button type="button" onClick=${() => onSay({ party: one.id })}>${phone(one.name)}</button>
        </li>`,
      )}
      ${
        name.length > 1 &&
        html`<li>
          <button type="submit">${t("speakers.new", { name })}</button>
        </li>`
      }
    </ul>
  </form>`;
}
