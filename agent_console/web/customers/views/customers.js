// All customers as a list, and one of them as a page.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, phone, shortDate } from "../../shared/i18n/format.js";
import { Avatar, Button, Empty, Icon, ListPage, Loading, When } from "../../shared/kit/index.js";
import { attempt, explain } from "../../shared/services/feedback.js";
import { addressOf, go, route } from "../../shared/services/route.js";
import { language } from "../../shared/services/preferences.js";
import { can } from "../../shared/services/session.js";
import { TagChips } from "../../tags/index.js";
import { sorted, tags } from "../../tags/services/tags.js";
import { colleagues, readColleagues } from "../services/colleagues.js";
import { customers, exportThem, lists, readLists } from "../services/list.js";
import { EditMany, TagMany } from "./many.js";
import { CustomerPage } from "./customer.js";
import { NewCustomer } from "./new_customer.js";

export function Customers() {
  const { id } = route.value;
  return id ? html`<${CustomerPage} key=${id} id=${id} />` : html`<${List} />`;
}

function List() {
  const problem = useSignal(null);
  const tagging = useSignal(null);
  const adding = useSignal(false);
  const editing = useSignal(null);
  const read = () =>
    Promise.all([readLists(), tags.read(), readColleagues()]).then(
      () => (problem.value = null),
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), []);
  if (!lists.value) {
    return html`<main class="page" id="main" tabindex="-1">
      <h1 class="visually-hidden">${t("customers.title")}</h1>
      ${
        problem.value
          ? html`<${Empty}
            icon="circle-alert"
            title=${explain(problem.value)}
            action=${{ label: t("action.retry"), run: read }}
          />`
          : html`<${Loading} rows=${8} />`
      }
    </main>`;
  }
  const actionsFor = (chosen, letGo) => [
    {
      label: t("customers.tag"),
      icon: "tags",
      run: () => (tagging.value = { chosen, letGo }),
    },
    {
      label: t("customers.edit_many"),
      icon: "pencil",
      run: () => (editing.value = { chosen, letGo }),
    },
    ...(can("customers.export")
      ? [{ label: t("customers.export"), icon: "download", run: () => send(chosen) }]
      : []),
  ];
  const send = (chosen) => attempt(() => exportThem(chosen));
  const whole = { filter: null, q: "" };
  return html`
    <${ListPage}
      name="customers"
      title=${t("customers.title")}
      pages=${customers}
      columns=${columns()}
      fields=${fieldsOf(lists.value.parties)}
      sort=${lists.value.parties.default_sort}
      nameOf=${(party) => phone(party.name)}
      onOpen=${(party) => go(addressOf("customers", party.id))}
      actionsFor=${can("customers.write") ? actionsFor : undefined}
      tools=${html`
        ${
          can("customers.export") &&
          html`<${Button} icon="download" onClick=${() => send(shownNow(whole))}>
            ${t("customers.export_all")}
          <//>`
        }
        ${
          can("customers.write") &&
          html`<${Button} kind="primary" icon="plus" onClick=${() => (adding.value = true)}>
            ${t("customers.new")}
          <//>`
        }
      `}
      empty=${html`<${Empty} icon="contact-round" title=${t("customers.none")}>
        ${t("customers.none_hint")}
      <//>`}
    />
    ${adding.value && html`<${NewCustomer} onClose=${() => (adding.value = false)} />`}
    ${
      editing.value &&
      html`<${EditMany}
        chosen=${editing.value.chosen}
        onDone=${() => {
          editing.value.letGo();
          editing.value = null;
        }}
        onClose=${() => (editing.value = null)}
      />`
    }
    ${
      tagging.value &&
      html`<${TagMany}
        chosen=${tagging.value.chosen}
        onDone=${() => {
          tagging.value.letGo();
          tagging.value = null;
        }}
        onClose=${() => (tagging.value = null)}
      />`
    }
  `;
}

/** What the list shows at this moment, for the export of all of it. */
function shownNow(whole) {
  const { q = "", filter = "" } = customers.query ?? {};
  return { ...whole, q, filter: filter ? JSON.parse(filter) : null };
}

const address = (party, kind) => party.contact_points.find((point) => point.kind === kind)?.value ?? "";

const columns = () => [
  {
    id: "name",
    label: t("customers.column.name"),
    width: 260,
    min: 140,
    sort: "name",
    render: (party) => html`
      <${Avatar} name=${party.name} size="small" />
      <a class="cell-link truncate" href=${addressOf("customers", party.id)} tabindex="-1">
        ${phone(party.name)}
      </a>
      ${
        party.kind === "organisation" &&
        html`<${Icon} name="building-2" size=${14} label=${t("party.organisation")} />`
      }
    `,
  },
  {
    id: "roles",
    label: t("customers.column.roles"),
    width: 130,
    shown: false,
    render: (party) => html`<span class="truncate">
      ${party.roles.map((role) => t(`party_role.${role}`)).join(", ")}
    </span>`,
  },
  {
    id: "stage",
    label: t("customers.column.stage"),
    width: 120,
    shown: false,
    render: (party) => (party.stage ? t(`stage.${party.stage}`) : ""),
  },
  {
    id: "owner",
    label: t("customers.column.owner"),
    width: 140,
    shown: false,
    render: (party) => colleagues.value.find((one) => one.id === party.owner_id)?.name ?? "",
  },
  {
    id: "tags",
    label: t("customers.column.tags"),
    width: 210,
    render: (party) => html`<${TagChips} ids=${party.tags} most=${2} />`,
  },
  {
    id: "email",
    label: t("customers.column.email"),
    width: 210,
    render: (party) => html`<span class="truncate">${address(party, "email")}</span>`,
  },
  {
    id: "phone",
    label: t("customers.column.phone"),
    width: 150,
    render: (party) => phone(address(party, "phone")),
  },
  {
    id: "language",
    label: t("customers.column.language"),
    width: 100,
    shown: false,
    render: (party) => (party.language ? word("language", party.language) : ""),
  },
  {
    id: "open",
    label: t("customers.column.open"),
    width: 100,
    end: true,
    render: (party) => (party.open ? number(party.open) : html`<span class="zero">–</span>`),
  },
  {
    id: "conversations",
    label: t("customers.column.conversations"),
    width: 130,
    end: true,
    render: (party) => number(party.conversations),
  },
  {
    id: "last_at",
    label: t("customers.column.last_at"),
    width: 130,
    render: (party) =>
      party.last_at ? html`<${When} at=${party.last_at} />` : html`<span class="zero">–</span>`,
  },
  {
    id: "created_at",
    label: t("customers.column.created_at"),
    width: 130,
    sort: "created_at",
    shown: false,
    render: (party) => shortDate(party.created_at),
  },
];

/** The server's fields with words: what a filter is written with. */
function fieldsOf(list) {
  const labels = {
    kind: (value) => t(`party.${value}`),
    language: (value) => word("language", value),
    channels: (value) => word("channel", value),
    roles: (value) => t(`party_role.${value}`),
    stage: (value) => t(`stage.${value}`),
  };
  const yesNo = { true: t("word.yes"), false: t("word.no") };
  const choicesOf = {
    tags: () => sorted().map((tag) => ({ value: tag.id, label: tag.name })),
    owner: () => colleagues.value.map((one) => ({ value: one.id, label: one.name })),
  };
  return list.fields.map((field) => ({
    ...field,
    label: field.names?.[language.value] ?? t(`customers.column.${field.name}`),
    choices:
      choicesOf[field.name]?.() ??
      field.choices.map((value) => ({ value, label: labels[field.name]?.(value) ?? yesNo[value] ?? value })),
  }));
}
