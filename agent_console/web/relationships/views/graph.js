// The people and companies around a customer as a picture, and the group of companies they are in.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { Empty, Icon } from "../../shared/kit/index.js";
import { addressOf } from "../../shared/services/route.js";
import { placed, treeOf } from "../models/graph.js";
import { calledFrom } from "../models/types.js";
import { links, read, readGroup, types } from "../services/relationships.js";

const WIDE = 640;
const HIGH = 380;
const REACH = { x: 190, y: 130 };
const LONGEST = 26; // characters of a name in the picture

const short = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name);

export function RelationshipGraph({ party, seen }) {
  const group = useSignal([]);
  useEffect(() => {
    types.read().catch(() => {});
    read(party.id);
    readGroup(party.id).then(
      (items) => (group.value = items),
      () => {},
    );
  }, [party.id, seen]);
  const mine = links.value[party.id];
  if (mine && mine.length === 0 && group.value.length === 0) {
    return html`<${Empty} icon="link" title=${t("relations.none")}>${t("relations.none_hint")}<//>`;
  }
  const { nodes, left } = placed(mine ?? []);
  return html`
    ${nodes.length > 0 && html`<${Picture} party=${party} nodes=${nodes} />`}
    ${left > 0 && html`<p class="nothing">${t("relations.left", { count: left })}</p>`}
    ${
      group.value.length > 0 &&
      html`<section class="group-tree" aria-label=${t("relations.group")}>
        <h3>${t("relations.group")}</h3>
        <${Tree} nodes=${treeOf(group.value)} current=${party.id} />
      </section>`
    }
  `;
}

function Picture({ party, nodes }) {
  const centre = { x: WIDE / 2, y: HIGH / 2 };
  return html`<svg
    class="relation-graph"
    viewBox=${`0 0 ${WIDE} ${HIGH}`}
    role="group"
    aria-label=${t("relations.picture", { name: phone(party.name) })}
  >
    ${nodes.map(({ link, x, y }) => {
      const to = { x: centre.x + x * REACH.x, y: centre.y + y * REACH.y };
      return html`<line
        key=${link.id}
        class=${link.current ? "" : "ended"}
        x1=${centre.x}
        y1=${centre.y}
        x2=${to.x}
        y2=${to.y}
      />`;
    })}
    ${nodes.map(({ link, x, y, side }) => {
      const at = { x: centre.x + x * REACH.x, y: centre.y + y * REACH.y };
      const { key, name } = calledFrom(link, types.all.value);
      const away = side === "middle" ? 0 : x > 0 ? 14 : -14;
      const down = side === "middle" ? (y > 0 ? 30 : -28) : 0;
      return html`<a key=${link.id} href=${addressOf("customers", link.other.id)}>
        <title>${phone(link.other.name)}</title>
        <circle cx=${at.x} cy=${at.y} r="9" class=${link.other.kind} />
        <text x=${at.x + away} y=${at.y + down} text-anchor=${side}>
          <tspan class="relation-name">${short(phone(link.other.name))}</tspan>
          <tspan class="relation-kind" x=${at.x + away} dy="15">${key ? t(`relation.${key}`) : name}</tspan>
        </text>
      </a>`;
    })}
    <circle cx=${centre.x} cy=${centre.y} r="13" class="centre" />
    <text x=${centre.x} y=${centre.y + 32} text-anchor="middle" class="relation-name">
      ${short(phone(party.name))}
    </text>
  </svg>`;
}

function Tree({ nodes, current }) {
  return html`<ul>
    ${nodes.map(
      (node) => html`<li key=${node.id}>
        <span>
          <${Icon} name="building-2" size=${14} />
          ${
            node.id === current
              ? html`<b aria-current="true">${node.name}</b>`
              : html`<a href=${addressOf("customers", node.id)}>${node.name}</a>`
          }
        </span>
        ${node.below.length > 0 && html`<${Tree} nodes=${node.below} current=${current} />`}
      </li>`,
    )}
  </ul>`;
}
