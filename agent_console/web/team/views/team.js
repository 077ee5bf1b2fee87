// Who works here, the queues they work in, and which address leads to which queue.
//
// Each sees the buttons the server would let them use: supervisors look after queues and skills,
// administrators after everything.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { ROLES, found, keyOf } from "../models/team.js";
import { ownRoles, roleName } from "../services/roles.js";
import { Roles } from "./roles.js";
import { CHANNELS, OFFER_SECONDS } from "../../shared/models/words.js";
import { route } from "../../shared/services/route.js";
import { forms, problem, readTeam, team } from "../services/team.js";
import { Avatar, Button, ChannelIcon, Empty, Icon, Loading, Tag, still } from "../../shared/kit/index.js";
import { PersonDialog, skillText } from "./person.js";
import { EntryDialog, QueueDialog, botName } from "./queue.js";
import { explain } from "../../shared/services/feedback.js";
import { can, me } from "../../shared/services/session.js";

const TABS = { people: People, roles: Roles, queues: Queues, entries: Entries };
const STEP = 100; // rows shown before one asks for more

export function Team() {
  const tab = TABS[route.value.id] ? route.value.id : "people";
  const sizes = team.value && {
    people: team.value.users.length,
    roles: ROLES.length + ownRoles().length,
    queues: team.value.queues.length,
    entries: team.value.entries.length,
  };
  return html`<main class="page team" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("team.title")}</h1>
    </header>
    <nav class="team-tabs" aria-label=${t("team.title")}>
      ${Object.keys(TABS).map(
        (name) => html`<a
          key=${name}
          href="#/team/${name}"
          aria-current=${name === tab ? "page" : undefined}
        >
          ${t(`team.tab.${name}`)}
          ${
            sizes &&
            html`
              ${" "}
              <span class="count">${number(sizes[name])}</span>
            `
          }
        </a>`,
      )}
    </nav>
    ${
      team.value
        ? html`<${TABS[tab]} key=${tab} />`
        : problem.value
          ? html`<${Empty} icon="circle-alert" title=${explain(problem.value)}>
            <${Button} onClick=${() => readTeam().catch(() => {})}>${t("action.retry")}<//>
          <//>`
          : html`<${Loading} rows=${6} />`
    }
  </main>`;
}

const administers = () => can("users.manage");
const queueName = (id) => team.value.queues.find((queue) => queue.id === id)?.name ?? "";
const begun = (kind, item) =>
  keyOf(kind, item) in forms.value &&
  Object.keys(forms.value[keyOf(kind, item)].touched).some((field) => item || field !== "password");
const Unsaved = () => html`<${Tag} kind="warning">${t("team.unsaved")}<//>`;

function People() {
  const query = useSignal("");
  const showing = useSignal("active");
  const most = useSignal(STEP);
  const open = useSignal(null);
  const opener = useOpeners(open);
  const { users, queues } = team.value;
  const names = new Map(queues.map((queue) => [queue.id, queue.name]));
  const words = (user) =>
    [
      ...user.roles.map(roleName),
      ...Object.keys(user.skills).map(skillText),
      ...user.queues.map((id) => names.get(id) ?? ""),
    ].join(" ");
  const counts = {
    active: users.filter((user) => user.active).length,
    inactive: users.filter((user) => !user.active).length,
  };
  const some = found(
    users.filter((user) => user.active === (showing.value === "active")),
    query.value,
    words,
  );
  const person = open.value?.id && users.find((user) => user.id === open.value.id);
  return html`
    <div class="team-bar">
      <div class="team-search">
        <${Icon} name="search" />
        <input
          type="search"
          aria-label=${t("team.find")}
          placeholder=${t("team.find")}
          value=${query.value}
          onInput=${(event) => {
            query.value = event.target.value;
            most.value = STEP;
          }}
        />
      </div>
      <div class="team-switch" role="group" aria-label=${t("team.column.state")}>
        ${["active", "inactive"].map(
          (state) => html`<button
            type="button"
            key=${state}
            aria-pressed=${showing.value === state}
            onClick=${() => (showing.value = state)}
          >
            ${t(`team.filter.${state}`)}${" "}
            <span class="count">${number(counts[state])}</span>
          </button>`,
        )}
      </div>
      <span class="visually-hidden" role="status">
        ${query.value && t("team.found", { count: some.length })}
      </span>
      ${
        administers() &&
        html`<${Button} kind="primary" icon="user-plus" onClick=${() => (open.value = { id: null })}>
          ${t("team.add_person")}${begun("person", null) ? ` (${t("team.unsaved")})` : ""}
        <//>`
      }
    </div>
    ${
      some.length === 0
        ? html`<div class="card">
          <${Empty} icon="users-round" title=${t("team.nobody_found")}>
            ${query.value ? t("team.nobody_hint") : ""}
          <//>
        </div>`
        : html`<div
          class="card table-scroll"
          tabindex="0"
          role="group"
          aria-label=${t("team.tab.people")}
        >
          <table class="team-table">
            <thead>
              <tr>
                ${["name", "roles", "skills", "queues"].map(
                  (name) => html`<th scope="col" class="col-${name}">${t(`team.column.${name}`)}</th>`,
                )}
                <th scope="col">${t("team.reads")}</th>
                <th scope="col">
                  <span class="visually-hidden">${t("team.edit")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              ${some.slice(0, most.value).map(
                (user) =>
                  html`<${PersonRow}
                    key=${user.id}
                    user=${user}
                    queues=${user.queues
                      .map((id) => names.get(id))
                      .filter(Boolean)
                      .sort()
                      .join(" · ")}
                    mine=${user.id === me.value}
                    unsaved=${begun("person", user)}
                    editable=${administers() || user.agent}
                    onOpen=${opener(user.id)}
                  />`,
              )}
            </tbody>
          </table>
        </div>`
    }
    ${
      some.length > most.value &&
      html`<div class="team-more">
        <${Button} onClick=${() => (most.value += STEP)}>
          ${t("team.more", { count: some.length - most.value })}
        <//>
      </div>`
    }
    ${
      open.value &&
      (person || !open.value.id) &&
      html`<${PersonDialog} person=${person || null} onClose=${() => (open.value = null)} />`
    }
  `;
}

/** The same function for a row each time, so that a row that did not change is not drawn again. */
function useOpeners(open) {
  const made = useRef(new Map()).current;
  return (id) => {
    if (!made.has(id)) made.set(id, () => (open.value = { id }));
    return made.get(id);
  };
}

const byLevel = (skills) =>
  Object.entries(skills).sort(([a, high], [b, low]) => low - high || (a < b ? -1 : 1));

/** For the pointer the whole row is its button; the focus is there when the window closes. */
function press(event) {
  const button = event.currentTarget.querySelector("button");
  if (!button || event.target.closest("button") || String(getSelection())) return;
  button.focus();
  button.click();
}

const PersonRow = still(
  ({
    user,
    queues,
    mine,
    unsaved,
    editable,
    onOpen,
  }) => html`<tr class=${user.active ? "" : "inactive"} onClick=${press}>
    <th scope="row">
      <span class="with-avatar">
        <${Avatar} name=${user.name} />
        <span class="team-who">
          <span class="truncate" title=${user.name}>${user.name}</span>
          <small class="truncate">${user.login}</small>
        </span>
        ${mine && html`<${Tag} kind="agent">${t("author.me")}<//>`}
        ${!user.active && html`<${Tag}>${t("team.inactive")}<//>`}
        ${unsaved && html`<${Unsaved} />`}
      </span>
    </th>
    <td>
      <span class="tags">
        ${user.roles.map((role) => html`<${Tag} key=${role}>${roleName(role)}<//>`)}
      </span>
    </td>
    <td>
      <span class="tags">
        ${byLevel(user.skills).map(
          ([name, level]) => html`<${Tag} key=${name}>
            ${skillText(name)}${" "}
            <b>${level}</b>
          <//>`,
        )}
      </span>
    </td>
    <td>
      <span class="team-queue-names" title=${queues}>
        ${queues || html`<span class="zero">–</span>`}
      </span>
    </td>
    <td>${word("language", user.language)}</td>
    <td class="actions">
      <${Button}
        small
        icon=${editable ? "pencil" : "eye"}
        label=${t(editable ? "team.edit_one" : "team.look_one", { name: user.name })}
        onClick=${onOpen}
      />
    </td>
  </tr>`,
);

function Queues() {
  const open = useSignal(null);
  const opener = useOpeners(open);
  const { queues, users } = team.value;
  const names = new Map(users.map((user) => [user.id, user.name]));
  const queue = open.value?.id && queues.find((q) => q.id === open.value.id);
  return html`
    <div class="team-bar">
      <p class="team-hint">${t("team.queues_hint")}</p>
      <${Button} kind="primary" icon="plus" onClick=${() => (open.value = { id: null })}>
        ${t("team.add_queue")}${begun("queue", null) ? ` (${t("team.unsaved")})` : ""}
      <//>
    </div>
    ${
      queues.length === 0
        ? html`<div class="card">
          <${Empty} icon="layers" title=${t("team.no_queue")} />
        </div>`
        : html`<div
          class="card table-scroll"
          tabindex="0"
          role="group"
          aria-label=${t("team.tab.queues")}
        >
          <table class="team-table">
            <thead>
              <tr>
                ${["name", "members", "language", "target", "offers", "priority"].map(
                  (name) => html`<th
                    scope="col"
                    class=${`col-${name}${["target", "priority"].includes(name) ? " number" : ""}`}
                  >${t(`team.column.${name}`)}</th>`,
                )}
                <th scope="col">
                  <span class="visually-hidden">${t("team.edit")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              ${queues.map(
                (q) => html`<tr key=${q.id} onClick=${press}>
                  <th scope="row">
                    <span class="with-avatar">
                      ${q.name}
                      ${begun("queue", q) && html`<${Unsaved} />`}
                    </span>
                  </th>
                  <td>
                    <${Faces} people=${q.members.map((m) => names.get(m.user_id)).filter(Boolean)} />
                  </td>
                  <td>${q.language ? word("language", q.language) : t("team.customers_language")}</td>
                  <td class="number">${number(q.target_seconds)} s</td>
                  <td>
                    <span class="team-deadlines">
                      ${CHANNELS.map(
                        (channel) => html`<span
                          key=${channel}
                          class=${q.offer_seconds[channel] ? "" : "zero"}
                          title=${t(`channel.${channel}`)}
                        >
                          <${ChannelIcon} channel=${channel} size=${14} />
                          ${" "}${number(q.offer_seconds[channel] ?? OFFER_SECONDS[channel])} s
                        </span>`,
                      )}
                    </span>
                  </td>
                  <td class="number">${number(q.priority)}</td>
                  <td class="actions">
                    <${Button}
                      small
                      icon="pencil"
                      label=${t("team.edit_one", { name: q.name })}
                      onClick=${opener(q.id)}
                    />
                  </td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>`
    }
    ${
      open.value &&
      (queue || !open.value.id) &&
      html`<${QueueDialog} queue=${queue || null} onClose=${() => (open.value = null)} />`
    }
  `;
}

function Faces({ people }) {
  if (people.length === 0) return html`<${Tag} kind="warning" icon="triangle-alert">${t("team.nobody")}<//>`;
  return html`<span class="team-faces" title=${people.join(", ")}>
    ${people.slice(0, 4).map((name) => html`<${Avatar} key=${name} name=${name} size="small" />`)}
    <span>${people.length === 1 ? people[0] : t("team.agents", { count: people.length })}</span>
  </span>`;
}

function Entries() {
  const open = useSignal(null);
  const opener = useOpeners(open);
  const { entries } = team.value;
  const idOf = (entry) => `${entry.channel}:${entry.address}`;
  const entry = open.value?.id && entries.find((e) => idOf(e) === open.value.id);
  return html`
    <div class="team-bar">
      <p class="team-hint">${t("team.entries_hint")}</p>
      ${
        can("entry_points.manage") &&
        html`<${Button} kind="primary" icon="plus" onClick=${() => (open.value = { id: null })}>
          ${t("team.add_entry")}${begun("entry", null) ? ` (${t("team.unsaved")})` : ""}
        <//>`
      }
    </div>
    ${
      entries.length === 0
        ? html`<div class="card">
          <${Empty} icon="inbox" title=${t("team.no_entry")}>${t("team.no_entry_hint")}<//>
        </div>`
        : html`<div
          class="card table-scroll"
          tabindex="0"
          role="group"
          aria-label=${t("team.tab.entries")}
        >
          <table class="team-table">
            <thead>
              <tr>
                ${["channel", "address", "bot", "queue"].map(
                  (name) => html`<th scope="col">${t(`team.column.${name}`)}</th>`,
                )}
                ${
                  administers() &&
                  html`<th scope="col">
                    <span class="visually-hidden">${t("team.edit")}</span>
                  </th>`
                }
              </tr>
            </thead>
            <tbody>
              ${entries.map(
                (e) => html`<tr key=${idOf(e)} onClick=${press}>
                  <th scope="row">
                    <span class="with-avatar">
                      <${ChannelIcon} channel=${e.channel} quiet />
                      ${" "}${t(`channel.${e.channel}`)}
                      ${begun("entry", e) && html`<${Unsaved} />`}
                    </span>
                  </th>
                  <td>
                    ${e.address || html`<span class="zero">${t("team.every_address")}</span>`}
                  </td>
                  <td>
                    ${
                      e.bot
                        ? html`<${Tag} kind="bot" icon="bot">${botName(e.bot)}<//>`
                        : html`<span class="zero">${t("team.no_bot")}</span>`
                    }
                  </td>
                  <td>${queueName(e.queue_id)}</td>
                  ${
                    administers() &&
                    html`<td class="actions">
                      <${Button}
                        small
                        icon="pencil"
                        label=${t("team.edit_one", { name: `${t(`channel.${e.channel}`)} ${e.address}` })}
                        onClick=${opener(idOf(e))}
                      />
                    </td>`
                  }
                </tr>`,
              )}
            </tbody>
          </table>
        </div>`
    }
    ${
      open.value &&
      (entry || !open.value.id) &&
      html`<${EntryDialog} entry=${entry || null} onClose=${() => (open.value = null)} />`
    }
  `;
}
