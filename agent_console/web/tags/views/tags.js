// The page where CRM staff and supervisors look after the tags.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { Button, Dialog, Empty, Loading, SchemaForm } from "../../shared/kit/index.js";
import { attempt, explain, toast } from "../../shared/services/feedback.js";
import { addressOf } from "../../shared/services/route.js";
import { sorted, tags } from "../services/tags.js";
import { TagChip } from "./chips.js";

const COLOURS = ["grey", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"];

export function Tags() {
  const open = useSignal(null);
  const problem = useSignal(null);
  const read = () =>
    tags.read({ again: true }).then(
      () => (problem.value = null),
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), []);
  const all = sorted();
  const add = { label: t("tags.add"), icon: "plus", run: () => (open.value = { tag: null }) };
  return html`<main class="page tags-page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("tags.title")}</h1>
      <p>${t("tags.hint")}</p>
      <${Button} kind="primary" icon="plus" onClick=${add.run}>${add.label}<//>
    </header>
    ${
      problem.value && !tags.known.value
        ? html`<${Empty}
          icon="circle-alert"
          title=${explain(problem.value)}
          action=${{ label: t("action.retry"), run: read }}
        />`
        : !tags.known.value
          ? html`<${Loading} rows=${5} />`
          : all.length === 0
            ? html`<div class="card">
              <${Empty} icon="tags" title=${t("tags.none")} action=${add}>${t("tags.none_hint")}<//>
            </div>`
            : html`<${Table} all=${all} onOpen=${(tag) => (open.value = { tag })} />`
    }
    ${open.value && html`<${TagDialog} tag=${open.value.tag} onClose=${() => (open.value = null)} />`}
  </main>`;
}

function Table({ all, onOpen }) {
  const filtered = (tag) => JSON.stringify({ all: [{ field: "tags", op: "any_of", value: [tag.id] }] });
  return html`<div class="card table-scroll" tabindex="0" role="group" aria-label=${t("tags.title")}>
    <table>
      <thead>
        <tr>
          <th scope="col">${t("tags.column.name")}</th>
          <th scope="col" class="number">${t("tags.column.parties")}</th>
          <th scope="col" class="number">${t("tags.column.conversations")}</th>
          <th scope="col">
            <span class="visually-hidden">${t("conversation.actions")}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        ${all.map(
          (tag) => html`<tr key=${tag.id}>
            <th scope="row">
              <${TagChip} tag=${tag} />
            </th>
            <td class="number">
              <a href=${addressOf("customers", null, { filter: filtered(tag) })}>${number(tag.parties)}</a>
            </td>
            <td class="number">${number(tag.conversations)}</td>
            <td class="actions">
              <${Button}
                small
                icon="pencil"
                label=${t("tags.edit", { name: tag.name })}
                onClick=${() => onOpen(tag)}
              />
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function TagDialog({ tag, onClose }) {
  const sure = useSignal(false);
  const save = (body) => (tag ? tags.change(tag, body) : tags.add(body));
  const remove = async () => {
    if ((await attempt(() => tags.remove(tag).then(() => true))) === undefined) return;
    toast(t("tags.removed", { name: tag.name }), { kind: "success" });
    onClose();
  };
  const names = Object.fromEntries(COLOURS.map((colour) => [colour, t(`tags.colour.${colour}`)]));
  return html`<${Dialog}
    title=${tag ? t("tags.edit", { name: tag.name }) : t("tags.add")}
    onClose=${onClose}
  >
    <${SchemaForm}
      name="tag"
      schema=${tag ? "TagChanges" : "NewTag"}
      thing=${tag}
      labels=${{ name: t("tags.column.name"), colour: t("tags.colour") }}
      own=${{ colour: (field) => html`<${Colours} names=${names} ...${field} />` }}
      onSave=${save}
      onDone=${onClose}
    />
    ${
      tag &&
      html`<div class="tag-remove">
        ${
          sure.value
            ? html`
              <span>${t("tags.sure", { count: number(tag.parties + tag.conversations) })}</span>
              <${Button} icon="trash-2" onClick=${remove}>${t("tags.remove")}<//>
              <${Button} kind="ghost" onClick=${() => (sure.value = false)}>${t("action.cancel")}<//>
            `
            : html`<${Button} kind="ghost" icon="trash-2" onClick=${() => (sure.value = true)}>
              ${t("tags.remove")}
            <//>`
        }
      </div>`
    }
  <//>`;
}

function Colours({ names, value, set }) {
  return html`<div class="tag-colours">
    ${COLOURS.map(
      (colour) => html`<label key=${colour} title=${names[colour]}>
        <input
          type="radio"
          name="colour"
          value=${colour}
          checked=${value === colour}
          aria-label=${names[colour]}
          onChange=${() => set(colour)}
        />
        <span class="tag-swatch c-${colour}"></span>
      </label>`,
    )}
  </div>`;
}
