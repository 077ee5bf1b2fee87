// One queue: how fast it is answered, whom it is offered to and for how long; and one entry point that leads
// to it.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { LANGUAGES, t, word } from "../../shared/i18n/index.js";
import { found } from "../models/team.js";
import { CHANNELS, OFFER_SECONDS } from "../../shared/models/words.js";
import { forgetAddress, team } from "../services/team.js";
import { FormDialog, NumberField, SelectField, TextField, Tick, useForm } from "./form.js";
import { Avatar, Button, ChannelIcon, Icon, Tag } from "../../shared/kit/index.js";
import { skillText } from "./person.js";
import { explain, toast } from "../../shared/services/feedback.js";

const MOST_SHOWN = 100;

export function QueueDialog({ queue, onClose }) {
  const form = useForm("queue", queue);
  const anyLanguage = [
    ["", t("team.customers_language")],
    ...LANGUAGES.map((code) => [code, word("language", code)]),
  ];
  return html`<${FormDialog}
    form=${form}
    title=${queue ? queue.name : t("team.add_queue")}
    saved=${t("team.saved")}
    onClose=${onClose}
  >
    <div class="team-two">
      <${TextField} form=${form} field="name" label=${t("team.column.name")} maxlength="200" autofocus />
      <${SelectField}
        form=${form}
        field="language"
        label=${t("team.queue_language")}
        options=${anyLanguage}
      />
      <${NumberField}
        form=${form}
        field="target_seconds"
        label=${t("team.target")}
        hint=${t("team.target_hint")}
        unit="s"
        maxlength="5"
      />
      <${NumberField}
        form=${form}
        field="priority"
        label=${t("team.priority")}
        hint=${t("team.priority_hint")}
        maxlength="4"
      />
    </div>
    <fieldset>
      <legend>${t("team.offers")}</legend>
      <div class="team-four">
        ${CHANNELS.map(
          (channel) => html`<${NumberField}
            key=${channel}
            form=${form}
            field="offer.${channel}"
            unit="s"
            maxlength="5"
            label=${html`
              <${ChannelIcon} channel=${channel} quiet />
              ${" "}${t(`channel.${channel}`)}
            `}
            placeholder=${String(OFFER_SECONDS[channel])}
            shown=${(seconds) =>
              seconds === null
                ? t("team.default_seconds", { seconds: OFFER_SECONDS[channel] })
                : `${seconds} s`}
          />`,
        )}
      </div>
      <p class="dialog-hint">${t("team.offers_hint")}</p>
    </fieldset>
    <${Members} form=${form} queue=${form.item} />
  <//>`;
}

/** Those of the queue first, as they were when the window opened: nothing jumps while one ticks. */
function Members({ form, queue }) {
  const query = useSignal("");
  const first = useMemo(() => new Set((queue?.members ?? []).map((m) => m.user_id)), []);
  const isMember = (user) => form.value(`member.${user.id}`);
  const users = team.value.users.filter(
    (user) => (user.agent && user.active) || isMember(user) || first.has(user.id),
  );
  const ordered = [...users.filter((u) => first.has(u.id)), ...users.filter((u) => !first.has(u.id))];
  const shown = found(ordered, query.value, (user) => Object.keys(user.skills).map(skillText).join(" "));
  return html`<fieldset class="team-members">
    <legend>
      ${t("team.members")}${" "}
      <span class="count">${users.filter(isMember).length}</span>
    </legend>
    <div class="team-search">
      <${Icon} name="search" />
      <input
        type="search"
        aria-label=${t("team.find_agent")}
        placeholder=${t("team.find_agent")}
        value=${query.value}
        onInput=${(event) => (query.value = event.target.value)}
        onKeyDown=${(event) => event.key === "Enter" && event.preventDefault()}
      />
    </div>
    <div class="team-pick" tabindex="-1">
      ${shown.slice(0, MOST_SHOWN).map(
        (user) => html`<${Tick} key=${user.id} form=${form} field="member.${user.id}">
          <${Avatar} name=${user.name} size="small" />
          <b class="truncate">${user.name}</b>
          <small class="truncate">${[user.login, skillsText(user)].filter(Boolean).join(" · ")}</small>
          ${!user.active && html`<${Tag}>${t("team.inactive")}<//>`}
        <//>`,
      )}
      ${
        shown.length === 0 &&
        html`<p class="dialog-hint">${t(users.length ? "team.nobody_found" : "team.no_agent")}</p>`
      }
      ${
        shown.length > MOST_SHOWN &&
        html`<p class="dialog-hint">${t("team.more_agents", { count: shown.length - MOST_SHOWN })}</p>`
      }
    </div>
  </fieldset>`;
}

export const skillsText = (user) =>
  Object.entries(user.skills)
    .map(([name, level]) => `${skillText(name)} ${level}`)
    .join(", ");

export function EntryDialog({ entry, onClose }) {
  const form = useForm("entry", entry);
  const channel = form.value("channel");
  const fixed = Boolean(form.draft.id);
  const queues = team.value.queues.map((queue) => [queue.id, queue.name]);
  return html`<${FormDialog}
    form=${form}
    title=${t(entry ? "team.entry" : "team.add_entry")}
    saved=${t("team.saved")}
    onClose=${onClose}
    extra=${entry?.address && html`<${Forget} entry=${entry} onClose=${onClose} />`}
  >
    ${
      fixed
        ? html`<p class="team-entry">
          <${ChannelIcon} channel=${channel} quiet />
          ${" "}
          <b>${t(`channel.${channel}`)}</b>
          ${" "}
          <span>${form.item?.address || t("team.every_address")}</span>
        </p>`
        : html`<div class="team-two">
          <${SelectField}
            form=${form}
            field="channel"
            label=${t("team.column.channel")}
            options=${CHANNELS.map((name) => [name, t(`channel.${name}`)])}
            autofocus
          />
          <${TextField}
            form=${form}
            field="address"
            label=${t("team.column.address")}
            hint=${t(`team.address_hint.${channel}`)}
            maxlength="200"
            spellcheck="false"
            autocapitalize="none"
          />
        </div>`
    }
    <${SelectField}
      form=${form}
      field="queue_id"
      label=${t("team.column.queue")}
      options=${form.value("queue_id") ? queues : [["", t("team.choose_queue")], ...queues]}
    />
    <${SelectField}
      form=${form}
      field="bot"
      label=${t("team.bot")}
      hint=${t("team.bot_hint")}
      options=${[["", t("team.no_bot")], ...botsFor(form.value("bot"))]}
    />
  <//>`;
}

/** The bots by name; one that is gone, or that the reader may not see, by its key. */
function botsFor(key) {
  const known = team.value.bots.map((bot) => [bot.key, bot.name]);
  return key && !known.some(([one]) => one === key) ? [...known, [key, key]] : known;
}

export const botName = (key) => team.value.bots.find((bot) => bot.key === key)?.name ?? key;

function Forget({ entry, onClose }) {
  const forget = async () => {
    try {
      await forgetAddress(entry);
      toast(t("team.forgotten", { address: entry.address }), { kind: "success" });
      onClose();
    } catch (error) {
      toast(explain(error), { kind: "danger" });
    }
  };
  return html`<${Button} icon="x" onClick=${forget}>${t("team.forget")}<//>`;
}
