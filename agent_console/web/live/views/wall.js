// The supervisor's wall: what waits, who works, moved by events as they happen.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent, phone, time } from "../../shared/i18n/format.js";
import { availableIn, longestSince, serviceLevel, unanswered } from "../models/wall.js";
import * as api from "../../shared/services/api.js";
import * as live from "../services/wall.js";
import { linkTo } from "../../shared/services/route.js";
import {
  Avatar,
  Button,
  ChannelIcon,
  Dialog,
  Empty,
  Icon,
  Loading,
  Tag,
  Waiting,
} from "../../shared/kit/index.js";
import * as desk from "../../desk/services/desk.js";
import * as session from "../../shared/services/session.js";
import { explain } from "../../shared/services/feedback.js";

export function Wall() {
  const problem = useSignal(null);
  const asked = useSignal(null);
  const wall = live.wall.value;
  const doubt = !wall || wall.doubt;
  const read = () =>
    live.readWall().then(
      () => (problem.value = null),
      (error) => (problem.value = error),
    );
  useEffect(() => {
    if (!doubt) return undefined;
    // Doubts come in bursts: one reading settles them all.
    const wait = setTimeout(read, wall ? 400 : 0);
    return () => clearTimeout(wait);
  }, [doubt, session.online.value]);
  return html`<main class="page wall" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("wall.title")}</h1>
      <${Live} />
    </header>
    ${
      !wall &&
      (problem.value
        ? html`<${Empty} icon="circle-alert" title=${explain(problem.value)}>
          <${Button} onClick=${read}>${t("action.retry")}<//>
        <//>`
        : html`<${Loading} rows=${8} />`)
    }
    ${
      wall &&
      html`
        <${Totals} wall=${wall} />
        <div class="wall-grid">
          <${Queues} wall=${wall} />
          <${Agents} wall=${wall} />
          <${WaitingItems} wall=${wall} ask=${(row) => (asked.value = row)} />
        </div>
      `
    }
    ${asked.value && html`<${Why} row=${asked.value} onClose=${() => (asked.value = null)} />`}
  </main>`;
}

function Live() {
  const on = session.online.value;
  return html`<span class="live ${on ? "on" : ""}">
    <span class="dot ${on ? "available" : "offline"}"></span>
    ${t(on ? "wall.live" : "wall.frozen")}
  </span>`;
}

function Totals({ wall }) {
  const sum = (name) => total(wall.queues, (queue) => queue[name] ?? 0);
  const on = wall.agents.filter((a) => a.presence === "available").length;
  const tile = (name, value, icon) =>
    html`<div class="tile">
      <${Icon} name=${icon} size=${18} />
      <strong>${number(value)}</strong>
      <span>${t(`wall.total.${name}`)}</span>
    </div>`;
  return html`<section class="tiles" aria-label=${t("wall.totals")}>
    ${tile("waiting", total(wall.queues, unanswered), "clock")}
    ${tile("offered", sum("offered"), "bell")}
    ${tile("in_progress", sum("in_progress"), "messages-square")}
    ${tile("bot", sum("bot"), "bot")}${tile("available", on, "user-check")}
  </section>`;
}

const total = (queues, count) => queues.reduce((sum, queue) => sum + count(queue), 0);

function Queues({ wall }) {
  return html`<section class="card queues-card">
    <h2>${t("wall.queues")}</h2>
    ${
      wall.queues.length === 0
        ? html`<${Empty} icon="users-round" title=${t("wall.no_queues")} />`
        : html`<div class="table-scroll" tabindex="0" role="group" aria-label=${t("wall.queues")}>
          <table>
            <thead>
              <tr>
                <th scope="col">${t("wall.queue")}</th>
                ${["waiting", "longest", "offered", "in_progress", "bot", "available", "service"].map(
                  (name) => html`<th scope="col" class="number">${t(`wall.column.${name}`)}</th>`,
                )}
              </tr>
            </thead>
            <tbody>
              ${wall.queues.map((queue) => html`<${QueueRow} key=${queue.id} queue=${queue} wall=${wall} />`)}
            </tbody>
          </table>
        </div>`
    }
  </section>`;
}

function QueueRow({ queue, wall }) {
  const since = longestSince(wall, queue.id) ?? (unanswered(queue) > 0 ? queue.longest_since : null);
  const level = serviceLevel(queue);
  const target = queue.service_level?.target;
  const title =
    level === null
      ? t("wall.no_answers")
      : t("wall.service_of", {
          within: queue.service_level.within,
          answered: queue.service_level.answered,
          target,
        });
  const count = (value) => html`<td class="number ${value ? "" : "zero"}">${number(value ?? 0)}</td>`;
  return html`<tr>
    <th scope="row">${queue.name}</th>
    ${count(unanswered(queue))}
    <td class="number">
      ${
        since
          ? html`<${Waiting} since=${since} precise target=${target} />`
          : html`<span class="zero">–</span>`
      }
    </td>
    ${count(queue.offered)}${count(queue.in_progress)}${count(queue.bot)}
    ${count(availableIn(wall, queue.id))}
    <td class="number" title=${title}>
      ${
        level === null
          ? html`<span class="zero">–</span>`
          : html`<span class="level ${level >= 0.8 ? "fine" : level >= 0.6 ? "soon" : "late"}">
            ${percent(level)}
          </span>`
      }
    </td>
  </tr>`;
}

const PRESENCE_ORDER = ["available", "busy", "on_break", "training", "unreachable", "offline"];

function Agents({ wall }) {
  const order = (a, b) =>
    PRESENCE_ORDER.indexOf(a.presence) - PRESENCE_ORDER.indexOf(b.presence) || a.name.localeCompare(b.name);
  return html`<section class="card agents-card">
    <h2>${t("wall.agents")}</h2>
    ${
      wall.agents.length === 0
        ? html`<${Empty} icon="users-round" title=${t("wall.no_agents")} />`
        : html`<ul class="agents" tabindex="0" aria-label=${t("wall.agents")}>
          ${[...wall.agents].sort(order).map((a) => html`<${AgentRow} key=${a.user_id} agent=${a} />`)}
        </ul>`
    }
  </section>`;
}

function AgentRow({ agent }) {
  const part = agent.capacity ? Math.min(1, agent.load / agent.capacity) : 0;
  const queues = agent.queues
    .map((id) => desk.queueNames.value.get(id))
    .filter(Boolean)
    .join(", ");
  return html`<li title=${queues}>
    <${Avatar} name=${agent.name} />
    <span class="agent-name truncate">${agent.name}</span>
    <span class="agent-state">
      <span class="dot ${agent.presence}"></span>
      ${word("presence", agent.presence)}${agent.reason ? ` · ${word("reason", agent.reason)}` : ""}
    </span>
    <span class="agent-since">
      ${agent.presence === "offline" ? "" : html`<${Waiting} since=${agent.since} precise />`}
    </span>
    <span
      class="agent-load"
      role="meter"
      aria-label=${t("capacity.label", { load: agent.load, capacity: agent.capacity })}
      aria-valuemin="0"
      aria-valuemax=${agent.capacity}
      aria-valuenow=${agent.load}
    >
      <span class=${part >= 1 ? "full" : ""} style=${{ width: `${part * 100}%` }}></span>
    </span>
  </li>`;
}

const MOST_ROWS = 200;

function WaitingItems({ wall, ask }) {
  const rows = useComputed(() => live.wall.value?.waiting ?? []);
  const shown = rows.value.slice(0, MOST_ROWS);
  const all = total(wall.queues, unanswered);
  const target = (item) => wall.queues.find((q) => q.id === item.queue_id)?.service_level?.target;
  return html`<section class="card waiting-card">
    <h2>
      ${t("wall.waiting")}${" "}
      <span class="count">${number(all)}</span>
      ${all > shown.length && html`<small>${t("wall.first", { count: number(shown.length) })}</small>`}
    </h2>
    ${
      shown.length === 0
        ? html`<${Empty} icon="circle-check" title=${t("wall.nothing_waits")} />`
        : html`<ul class="waiting-items" tabindex="0" aria-label=${t("wall.waiting")}>
          ${shown.map(
            ({ item, conversation: c }) => html`<li key=${item.id}>
              <${ChannelIcon} channel=${item.channel} />
              <a class="truncate" href=${linkTo(item.conversation_id)}>
                ${phone(c?.party_name) ?? t("customer.unknown")}
              </a>
              <span class="truncate waiting-words">${c?.preview ?? ""}</span>
              <span class="waiting-queue truncate">${desk.queueNames.value.get(item.queue_id) ?? ""}</span>
              ${
                item.state === "offered"
                  ? html`<${Tag} kind="agent" icon="bell">
                    ${desk.userNames.value.get(item.offered_to) ?? t("work.offered")}
                  <//>`
                  : html`<${Tag}>${t("work.waiting")}<//>`
              }
              <${Waiting} since=${item.queued_at} precise target=${target(item)} />
              <${Button} small onClick=${() => ask({ item, conversation: c })}>${t("wall.why")}<//>
            </li>`,
          )}
        </ul>`
    }
  </section>`;
}

/** The decisions on one item: whom it could have gone to, and what excluded each. */
function Why({ row, onClose }) {
  const decisions = useSignal(null);
  const problem = useSignal(null);
  useEffect(() => {
    api.get(`/conversations/${encodeURIComponent(row.item.conversation_id)}/why`).then(
      (answer) => (decisions.value = answer.decisions),
      (error) => (problem.value = error),
    );
  }, []);
  const name = phone(row.conversation?.party_name) ?? t("customer.unknown");
  return html`<${Dialog} wide title=${t("why.title", { name })} onClose=${onClose}>
    ${problem.value && html`<p class="problem" role="alert">${explain(problem.value)}</p>`}
    ${!decisions.value && !problem.value && html`<${Loading} rows=${3} />`}
    ${decisions.value?.length === 0 && html`<p class="nothing">${t("why.none")}</p>`}
    <ol class="decisions">
      ${(decisions.value ?? []).map(
        (decision, i) => html`<li key=${i}>
          <p>
            <time datetime=${decision.at}>${time(decision.at)}</time>
            ${" "}
            <b>
              ${
                decision.chosen
                  ? t("why.chosen", { name: desk.userNames.value.get(decision.chosen) ?? decision.chosen })
                  : t("why.nobody")
              }
            </b>
            ${" "}
            <${Tag}>${word("rule", decision.rule)}<//>
          </p>
          <ul>
            ${(decision.candidates ?? []).map(
              (candidate, j) =>
                html`<${Candidate} key=${j} candidate=${candidate} chosen=${decision.chosen} />`,
            )}
          </ul>
        </li>`,
      )}
    </ol>
  <//>`;
}

function Candidate({ candidate, chosen }) {
  const id = candidate.user_id;
  const words = candidate.excluded ? [word("excluded", candidate.excluded)] : [];
  if (candidate.passed) words.push(t("excluded.passed"));
  const icon = id === chosen ? "circle-check" : words.length ? "circle-x" : "circle-dot";
  const told = id === chosen ? t("why.taken") : words.length ? words.join(", ") : t("why.possible");
  return html`<li class=${id === chosen ? "chosen" : ""}>
    <${Icon} name=${icon} size=${14} />
    <span>${desk.userNames.value.get(id) ?? id}</span>
    <span>${told}</span>
  </li>`;
}
