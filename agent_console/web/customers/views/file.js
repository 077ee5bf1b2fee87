// The customer file: who it is, by the six families, and where each value comes from.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, phone, shortDate } from "../../shared/i18n/format.js";
import { linkTo, openConversation } from "../../shared/services/route.js";
import { addContactPoint, change, files, readFile, withTags } from "../services/files.js";
import {
  Avatar,
  Button,
  ChannelIcon,
  Editable,
  Empty,
  Icon,
  Loading,
  Tag,
  When,
} from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { Likely, Merges } from "../../duplicates/index.js";
import { Relationships } from "../../relationships/index.js";
import { TagChips, TagEditor } from "../../tags/index.js";
import { readModel, sourceName } from "../../fields/index.js";
import { FAMILIES, Family, HeadValues } from "./families.js";
import { Standing } from "./standing.js";

/**
 * `latest`: newer states of the customer's conversations by id, where the page knows them. `bare`: without
 * what the customer's own page shows elsewhere.
 */
export function Customer({ id, conversationId, latest, bare, onMerged }) {
  const problem = useSignal(null);
  const file = files.value[id];
  const read = () =>
    readFile(id).then(
      () => (problem.value = null),
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), [id]);
  useEffect(() => void readModel().catch(() => {}), []);
  if (!file && problem.value)
    return html`<${Empty} icon="circle-alert" title=${explain(problem.value)}>
      <${Button} onClick=${read}>${t("action.retry")}<//>
    <//>`;
  if (!file) return html`<${Loading} rows=${8} />`;
  return html`<div class="customer-scroll" tabindex="0" role="group" aria-label=${t("customer.label")}>
    ${bare ? html`<h2 class="visually-hidden">${t("customer.label")}</h2>` : html`<${Head} file=${file} />`}
    <${Claims} claims=${file.claims} />
    <${Likely} id=${file.party.id} onMerged=${onMerged} />
    <${Figures} relational=${file.relational} />
    <${Coordinates} party=${file.party} points=${file.contact_points} />
    <${Relationships} party=${file.party} seen=${file.seq} />
    ${FAMILIES.map((family) => html`<${Family} key=${family} file=${file} family=${family} />`)}
    <${Merges} id=${file.party.id} seen=${file.seq} />
    ${
      !bare &&
      html`<${Others} conversations=${file.conversations} current=${conversationId} latest=${latest} />`
    }
  </div>`;
}

/** The customer's tags, with the button to change them for who may. */
export function CustomerTags({ file }) {
  const { id } = file.party;
  if (!can("customers.write")) return html`<${TagChips} ids=${file.tags} />`;
  return html`<${TagEditor}
    what="parties"
    id=${id}
    ids=${file.tags}
    onChanged=${(ids) => withTags(id, ids)}
  />`;
}

/** The customer's name, changed where it stands by who may. */
export function CustomerName({ party }) {
  if (!can("customers.write")) return phone(party.name);
  return html`<${Editable}
    value=${party.name}
    shown=${phone(party.name)}
    label=${t("customer.name")}
    onSave=${(name) => change(party.id, { name, was_name: party.name }, { name: party.name })}
  />`;
}

function Head({ file }) {
  const { party } = file;
  return html`<header class="customer-head">
    <${Avatar} name=${party.name} size="huge" />
    <h2>
      <${CustomerName} party=${party} />
    </h2>
    <p>
      ${t(`party.${party.kind}`)}${party.language ? ` · ${word("language", party.language)}` : ""} ·
      ${" "}
      ${t("customer.since", { date: shortDate(party.created_at) })}
    </p>
    <${Standing} file=${file} />
    <${HeadValues} file=${file} />
    <${CustomerTags} file=${file} />
  </header>`;
}

/** What a visitor said of themselves, that nothing has proved. */
function Claims({ claims }) {
  if (!claims?.length) return null;
  return html`<div class="claims" role="note">
    ${claims.map(
      (claim) => html`<p key=${`${claim.kind}${claim.value}`}>
        <${Icon} name="shield-question-mark" />
        <span>
          <b>
            ${
              claim.party
                ? t("claim.may_be", { name: phone(claim.party.name) })
                : t("claim.says", { value: shownValue(claim.kind, claim.value) })
            }
          </b>
          <small>${t("claim.unverified", { value: shownValue(claim.kind, claim.value) })}</small>
        </span>
      </p>`,
    )}
  </div>`;
}

function Figures({ relational: r }) {
  if (!r) return null;
  const figure = (value, label) => html`<div>
    <dd>${value}</dd>
    <dt>${label}</dt>
  </div>`;
  return html`<section class="family">
    <h3>${t("family.relational")}</h3>
    <dl class="figures">
      ${figure(
        number(r.conversations_total),
        t("relational.conversations", { count: r.conversations_total }),
      )}
      ${figure(number(r.exchanges_total), t("relational.exchanges", { count: r.exchanges_total }))}
      ${figure(number(r.open ?? 0), t("relational.open", { count: r.open ?? 0 }))}
    </dl>
    <p class="figures-foot">
      ${r.first_at && html`<span>${t("relational.first")} ${shortDate(r.first_at)}</span>`}
      ${
        r.last_at &&
        html`<span>
          ${t("relational.last")}${" "}
          <${When} at=${r.last_at} />
        </span>`
      }
      <span class="figure-channels">
        ${Object.entries(r.channels ?? {}).map(
          ([
            channel,
            count,
          ]) => html`<span key=${channel} class="figure-channel" title=${word("channel", channel)}>
            <${ChannelIcon} channel=${channel} size=${13} />
            ${" "}${number(count)}
          </span>`,
        )}
      </span>
    </p>
  </section>`;
}

const ASSURANCE = {
  verified: { icon: "shield-check", kind: "success" },
  unverified: { icon: "shield-question-mark", kind: "warning" },
  blocked: { icon: "shield-alert", kind: "danger" },
};
const POINT_ICONS = { email: "mail", phone: "phone", webchat: "message-circle", postal: "map-pin" };

function Coordinates({ party, points }) {
  const adding = useSignal(false);
  return html`<section class="family">
    <header>
      <h3>${t("family.coordinates")}</h3>
      <${Button}
        small
        kind="ghost"
        icon="plus"
        label=${t("coordinates.add")}
        aria-expanded=${adding.value}
        onClick=${() => (adding.value = !adding.value)}
      />
    </header>
    <ul class="points">
      ${points.map((point) => {
        const mark = ASSURANCE[point.assurance] ?? ASSURANCE.unverified;
        return html`<li key=${point.id} title=${t("fact.source", { source: sourceName(point.source) })}>
          <${Icon}
            name=${POINT_ICONS[point.kind] ?? "at-sign"}
            size=${14}
            label=${word("kind", point.kind)}
          />
          <span class="truncate">
            ${point.kind === "webchat" ? t("coordinates.visitor") : shownValue(point.kind, point.value)}
          </span>
          ${point.preferred && html`<${Icon} name="star" size=${13} label=${t("coordinates.preferred")} />`}
          <${Tag} kind=${mark.kind} icon=${mark.icon}>${t(`assurance.${point.assurance}`)}<//>
        </li>`;
      })}
    </ul>
    ${points.length === 0 && !adding.value && html`<p class="nothing">${t("customer.nothing")}</p>`}
    ${adding.value && html`<${AddPoint} party=${party} onDone=${() => (adding.value = false)} />`}
  </section>`;
}

const shownValue = (kind, value) => (kind === "phone" ? phone(value) : value);

function AddPoint({ party, onDone }) {
  const kind = useSignal("email");
  const value = useSignal("");
  const submit = async (event) => {
    event.preventDefault();
    if (await addContactPoint(party.id, kind.value, value.value.trim())) onDone();
  };
  return html`<form class="add-fact" onSubmit=${submit}>
    <select
      aria-label=${t("coordinates.kind")}
      value=${kind.value}
      onChange=${(e) => (kind.value = e.target.value)}
    >
      ${["email", "phone"].map((k) => html`<option value=${k}>${word("kind", k)}</option>`)}
    </select>
    <input
      required
      autofocus
      type=${kind.value === "email" ? "email" : "tel"}
      aria-label=${t("coordinates.value")}
      value=${value.value}
      onInput=${(e) => (value.value = e.target.value)}
    />
    <${Button} small kind="primary" icon="check" type="submit" label=${t("action.save")} />
    <${Button} small kind="ghost" icon="x" label=${t("action.cancel")} onClick=${onDone} />
  </form>`;
}

function Others({ conversations, current, latest }) {
  const others = (conversations ?? []).filter((c) => c.id !== current).map((c) => latest?.get(c.id) ?? c);
  return html`<section class="family">
    <h3>${t("customer.others")}</h3>
    ${others.length === 0 && html`<p class="nothing">${t("customer.first_contact")}</p>`}
    <ul class="others">
      ${others.map(
        (c) => html`<li key=${c.id}>
          <a
            href=${linkTo(c.id)}
            onClick=${(e) => {
              e.preventDefault();
              openConversation(c.id);
            }}
          >
            <${ChannelIcon} channel=${c.channel} size=${14} />
            <span class="truncate">${c.subject || c.preview || t("worklist.no_text")}</span>
            <span class="others-foot">
              ${t(`status.${c.status}`)} ·${" "}
              <${When} at=${c.last_activity_at} />
            </span>
          </a>
        </li>`,
      )}
    </ul>
  </section>`;
}
