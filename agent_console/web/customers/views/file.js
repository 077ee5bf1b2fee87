// The customer file: who it is, by the six families, and where each value comes from.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, phone, shortDate } from "../../shared/i18n/format.js";
import { linkTo, openConversation } from "../../shared/services/route.js";
import { change, files, readFile, withTags } from "../services/files.js";
import { Avatar, Button, ChannelIcon, Editable, Empty, Icon, Loading, When } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { Likely, Merges } from "../../duplicates/index.js";
import { Relationships } from "../../relationships/index.js";
import { Speakers } from "../../speakers/index.js";
import { TagChips, TagEditor } from "../../tags/index.js";
import { readModel } from "../../fields/index.js";
import { Coordinates, shownPoint } from "./coordinates.js";
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
    ${
      conversationId &&
      html`<${Speakers} key=${conversationId} conversationId=${conversationId} party=${file.party} />`
    }
    <${Claims} claims=${file.claims} />
    <${Likely} id=${file.party.id} onMerged=${onMerged} />
    <${Figures} relational=${file.relational} />
    <${Coordinates} file=${file} />
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
    onSave=${(name, seen) => change(party.id, { name, was_name: seen }, { name: seen })}
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
                : t("claim.says", { value: shownPoint(claim.kind, claim.value) })
            }
          </b>
          <small>${t("claim.unverified", { value: shownPoint(claim.kind, claim.value) })}</small>
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
