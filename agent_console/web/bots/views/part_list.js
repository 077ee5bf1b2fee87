// The parts of a kind by name on the left, the one that is open on the right.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { Button, Empty, Icon } from "../../shared/kit/index.js";
import { route } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import * as studio from "../services/studio.js";

const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * `kinds` {kind: {icon, make(name): value, prefix}}: what may be added, and what a new one begins with.
 * `note(part)` is shown beside a name; `render(part)` draws the one that is open.
 */
export function PartList({ section, kinds, note, render, sort }) {
  const sought = useSignal("");
  const adding = useSignal(null);
  const list = useRef(null);
  const names = Object.keys(kinds);
  const all = studio.partsOf(...names);
  const shown = (sort ? all.toSorted(sort) : all).filter((part) =>
    folded(part.name).includes(folded(sought.value.trim())),
  );
  const { part: address = "" } = route.value.query;
  const opened = all.find((part) => addressOfPart(part) === address) ?? (address ? null : shown[0]);
  const arrows = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const links = [...list.current.querySelectorAll("a")];
    links[links.indexOf(document.activeElement) + by]?.focus();
  };
  return html`<div class="parts">
    <div class="parts-list">
      <div class="parts-bar">
        <input
          type="search"
          value=${sought.value}
          placeholder=${t("bots.filter")}
          aria-label=${t("bots.filter")}
          onInput=${(event) => (sought.value = event.target.value)}
        />
        ${
          can("bots.write") &&
          html`<${Button}
            icon="plus"
            label=${t(`bots.add.${section}`)}
            onClick=${() => (adding.value = names[0])}
          />`
        }
      </div>
      ${adding.value && html`<${NewPart} section=${section} kinds=${kinds} adding=${adding} />`}
      <ul ref=${list} onKeyDown=${arrows}>
        ${shown.map(
          (part) => html`<li key=${addressOfPart(part)}>
            <a
              href=${studio.addressIn(section, addressOfPart(part))}
              aria-current=${part === opened ? "true" : undefined}
            >
              ${kinds[part.kind].icon && html`<${Icon} name=${kinds[part.kind].icon} size=${14} />`}
              <span class="truncate">${part.name}</span>
              <small>${note(part)}</small>
            </a>
          </li>`,
        )}
      </ul>
      ${shown.length === 0 && html`<p class="parts-none">${t("bots.no_part")}</p>`}
    </div>
    <div class="parts-open" key=${opened && addressOfPart(opened)}>
      ${opened ? render(opened) : html`<${Empty} icon="list-filter" title=${t("bots.part_gone")} />`}
    </div>
  </div>`;
}

export const addressOfPart = (part) => `${part.kind}/${part.name}`;

function NewPart({ section, kinds, adding }) {
  const name = useSignal(kinds[adding.value].prefix ?? "");
  const input = useRef(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const kind = adding.value;
  const names = Object.keys(kinds);
  const add = async (event) => {
    event.preventDefault();
    const wanted = name.value.trim();
    if (!wanted) return;
    if (studio.partOf(kind, wanted)) {
      adding.value = null;
      studio.open(section, `${kind}/${wanted}`);
      return;
    }
    if (await studio.edit(kind, wanted, () => kinds[kind].make(wanted))) {
      adding.value = null;
      studio.open(section, `${kind}/${wanted}`);
    }
  };
  return html`<form
    class="parts-new"
    onSubmit=${add}
    onKeyDown=${(event) => event.key === "Escape" && ((adding.value = null))}
  >
    ${
      names.length > 1 &&
      html`<select
        aria-label=${t("bots.kind")}
        value=${kind}
        onChange=${(event) => {
          adding.value = event.target.value;
          name.value = kinds[event.target.value].prefix ?? "";
        }}
      >
        ${names.map((one) => html`<option key=${one} value=${one}>${t(`bots.kind.${one}`)}</option>`)}
      </select>`
    }
    <input
      ref=${input}
      value=${name.value}
      maxlength="200"
      aria-label=${t("bots.new_name")}
      placeholder=${t("bots.new_name")}
      onInput=${(event) => (name.value = event.target.value)}
    />
    <${Button} type="submit" small kind="primary">${t("bots.add_it")}<//>
  </form>`;
}

/** Head of an open part: its name, and the button that takes it away. */
export function PartHead({ part, children, onRemoved }) {
  const remove = async () => {
    const said = t("bots.removed", { name: part.name });
    if (await studio.editUndoable(part.kind, part.name, () => null, said)) onRemoved?.();
  };
  return html`<header class="part-head">
    <h2>${part.name}</h2>
    <div>${children}</div>
    ${
      can("bots.write") &&
      html`<${Button} small kind="ghost" icon="trash-2" label=${t("bots.remove_part")} onClick=${remove} />`
    }
  </header>`;
}
