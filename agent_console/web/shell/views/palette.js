// Ctrl+K: customers, conversations and commands by a few letters.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { best } from "../../shared/models/search.js";
import { commands } from "../services/keys.js";
import * as api from "../../shared/services/api.js";
import { addressOf, go, openConversation } from "../../shared/services/route.js";
import { Avatar, ChannelIcon, Dialog, Icon } from "../../shared/kit/index.js";
import { lists, myConversations } from "../../desk/services/desk.js";

export function Palette({ onClose }) {
  const query = useSignal("");
  const people = useSignal({ items: [], near: false });
  const at = useSignal(0);
  const list = useRef(null);
  useEffect(() => findPeople(query.value, people), [query.value]);
  const groups = useComputed(() => {
    const known = { ...lists.value.known };
    for (const c of myConversations.value) known[c.id] = c;
    return [
      {
        name: "conversations",
        entries: best(Object.values(known), query.value, textOf, 6).map(conversationEntry),
      },
      {
        name: people.value.near ? "near" : "customers",
        entries: people.value.items.slice(0, 6).map(personEntry),
      },
      { name: "commands", entries: best(commands(), query.value, (c) => c.label, query.value ? 6 : 20) },
    ].filter((group) => group.entries.length > 0);
  });
  const entries = groups.value.flatMap((group) => group.entries);
  const chosen = Math.min(at.value, entries.length - 1);
  const run = (entry) => {
    onClose();
    entry?.run();
  };
  const keys = (event) => {
    if (event.key === "ArrowDown") at.value = (chosen + 1) % Math.max(1, entries.length);
    else if (event.key === "ArrowUp") at.value = (chosen - 1 + entries.length) % Math.max(1, entries.length);
    else if (event.key === "Enter" && !event.isComposing) run(entries[chosen]);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  let index = -1;
  return html`<${Dialog} title=${t("palette.open")} onClose=${onClose} quiet>
    <div class="palette" onKeyDown=${keys}>
      <div class="palette-input">
        <${Icon} name="search" />
        <input
          autofocus
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-label=${t("palette.open")}
          aria-activedescendant=${entries.length ? `palette-${chosen}` : undefined}
          placeholder=${t("palette.placeholder")}
          value=${query.value}
          onInput=${(e) => {
            query.value = e.target.value;
            at.value = 0;
          }}
        />
      </div>
      <div
        class="palette-list"
        id="palette-list"
        role="listbox"
        aria-label=${t("palette.results")}
        ref=${list}
      >
        ${groups.value.map(
          (group) => html`<div role="group" aria-label=${t(`palette.${group.name}`)} key=${group.name}>
            <div class="palette-heading" role="presentation">${t(`palette.${group.name}`)}</div>
            ${group.entries.map((entry) => {
              index += 1;
              const mine = index;
              return html`<div
                role="option"
                id=${`palette-${mine}`}
                aria-selected=${mine === chosen}
                key=${entry.key}
                onClick=${() => run(entry)}
                onMouseMove=${() => (at.value = mine)}
              >
                ${entry.picture}
                <span class="palette-label">${entry.label}</span>
                <span class="palette-hint">${entry.hint}</span>
                ${entry.shortcut
                  ?.split(" ")
                  .map((key) => html`<kbd>${key.length === 1 ? key.toUpperCase() : key}</kbd>`)}
              </div>`;
            })}
          </div>`,
        )}
      </div>
      ${entries.length === 0 && html`<p class="palette-none" role="status">${t("palette.none")}</p>`}
    </div>
  <//>`;
}

const textOf = (c) => `${c.party_name} ${c.subject} ${c.preview}`;

function conversationEntry(c) {
  return {
    key: c.id,
    picture: html`<${ChannelIcon} channel=${c.channel} />`,
    label: phone(c.party_name),
    hint: c.subject || c.preview,
    run: () => openConversation(c.id),
  };
}

function personEntry(party) {
  return {
    key: party.id,
    picture: html`<${Avatar} name=${party.name} size="small" />`,
    label: phone(party.name),
    hint: (party.contact_points ?? [])
      .map((point) => phone(point.value ?? point))
      .slice(0, 2)
      .join(" · "),
    run: () => go(addressOf("customers", party.id)),
  };
}

/** Asks once the typing pauses; a later question makes an earlier answer void. */
function findPeople(query, people) {
  if (query.trim().length < 2) {
    people.value = { items: [], near: false };
    return undefined;
  }
  let current = true;
  const wait = setTimeout(async () => {
    const answer = await api.get("/parties", { q: query.trim() }).catch(() => null);
    if (current && answer) people.value = answer;
  }, 150);
  return () => {
    current = false;
    clearTimeout(wait);
  };
}
