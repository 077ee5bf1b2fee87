// Everything that happened to a customer, on one line, filtered by what it was.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { money, phone, when } from "../../shared/i18n/format.js";
import { Button, ChannelIcon, Empty, Icon, Loading, RecordTimeline } from "../../shared/kit/index.js";
import { clock } from "../../shared/services/clock.js";
import { explain } from "../../shared/services/feedback.js";
import { addressOf, linkTo } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import { fields, inWords, labelOf, shownValue, sourceName } from "../../fields/index.js";
import { calledFrom, relationTypes } from "../../relationships/index.js";
import { colleagues, readColleagues } from "../services/colleagues.js";
import { readTimeline } from "../services/history.js";

const KINDS = ["conversation", "order", "visit", "change", "address", "relationship", "merge"];
const ICONS = {
  change: "pencil",
  address: "at-sign",
  merge: "git-merge",
  relationship: "link",
  order: "shopping-bag",
  visit: "globe",
};

export function Timeline({ id, seen }) {
  const chosen = useSignal([]);
  const found = useSignal(null);
  const problem = useSignal(null);
  const read = async (cursor) => {
    const kinds = chosen.peek();
    try {
      const page = await readTimeline(id, kinds, cursor);
      if (kinds !== chosen.peek()) return;
      const before = cursor ? found.peek().items : [];
      found.value = { items: [...before, ...page.items], next: page.next };
      problem.value = null;
    } catch (error) {
      problem.value = error;
    }
  };
  useEffect(() => void read(), [id, seen, chosen.value]);
  useEffect(() => void readColleagues(), []);
  const turn = (kind) => {
    const now = chosen.value;
    chosen.value = now.includes(kind) ? now.filter((one) => one !== kind) : [...now, kind];
  };
  return html`
    <div class="timeline-kinds" role="group" aria-label=${t("timeline.filter")}>
      ${KINDS.map(
        (kind) => html`<button
          type="button"
          key=${kind}
          class="chip"
          aria-pressed=${chosen.value.includes(kind)}
          onClick=${() => turn(kind)}
        >${t(`timeline.kind.${kind}`)}</button>`,
      )}
    </div>
    <${Entries} found=${found.value} problem=${problem.value} read=${read} />
  `;
}

function Entries({ found, problem, read }) {
  if (problem) {
    return html`<${Empty}
      icon="circle-alert"
      title=${explain(problem)}
      action=${{ label: t("action.retry"), run: () => read() }}
    />`;
  }
  if (!found) return html`<${Loading} rows=${5} />`;
  if (found.items.length === 0) return html`<${Empty} icon="history" title=${t("timeline.none")} />`;
  return html`
    <${RecordTimeline} entries=${found.items.map(entryOf)} when=${(at) => when(at, clock.now())} />
    ${found.next && html`<${Button} onClick=${() => read(found.next)}>${t("customers.more")}<//>`}
  `;
}

function entryOf(entry) {
  const picture =
    entry.kind === "conversation"
      ? html`<${ChannelIcon} channel=${entry.channel} size=${14} />`
      : html`<${Icon} name=${ICONS[entry.kind]} size=${14} />`;
  return { id: `${entry.kind}${entry.id}`, at: entry.at, picture, ...TEXTS[entry.kind](entry) };
}

const TEXTS = {
  conversation: (entry) => ({
    title: entry.subject || t(`channel.${entry.channel}`),
    href: can("conversations.read") ? linkTo(entry.id) : null,
    text: `${t(`status.${entry.status}`)} · ${entry.preview || t("worklist.no_text")}`,
  }),
  change: (entry) => ({
    title: t("timeline.changed", { who: entry.by ?? sourceName(entry.source) }),
    text: [...entry.values.map(valueText), entry.note].filter(Boolean).join(" · "),
  }),
  address: (entry) => ({
    title: t("timeline.address", { kind: word("kind", entry.point) }),
    text: `${phone(entry.value)} · ${sourceName(entry.source)}`,
  }),
  merge: (entry) => ({
    title: t(entry.undone ? "timeline.merge_undone" : "timeline.merged", { name: phone(entry.name) }),
    text: entry.by ?? t("timeline.by_itself"),
  }),
  relationship: (entry) => ({
    title: relationText(entry),
    href: addressOf("customers", entry.other.id),
    text: phone(entry.other.name),
  }),
  order: (entry) => ({
    title: t("timeline.order", { number: entry.number }),
    text: [money({ amount: entry.total, currency: entry.currency }), t(`order_status.${entry.status}`)].join(
      " · ",
    ),
  }),
  visit: (entry) => ({ title: t("timeline.visit"), text: entry.url }),
};

function relationText(entry) {
  const { key, name } = calledFrom(entry, relationTypes.all.value);
  return key ? t(`relation.${key}`) : name;
}

const byKey = (key) => fields.all.value.find((field) => field.key === key);

function valueText({ field: key, value }) {
  const field = byKey(key);
  const label = field ? labelOf(field) : word("field", key);
  return `${label}${t("punctuation.colon")}${changedValue(field, key, value)}`;
}

/** What was written, for the history: the party's own columns are words of ours. */
export function changedValue(field, key, value) {
  if (value === null) return "–";
  if (key === "stage") return t(`stage.${value}`);
  if (key === "roles") return value.map((role) => t(`party_role.${role}`)).join(", ");
  if (key === "language") return word("language", value);
  if (key === "owner") {
    return colleagues.value.find((one) => one.id === value)?.name ?? t("timeline.someone");
  }
  return phone(shownValue(field, value, inWords()));
}
