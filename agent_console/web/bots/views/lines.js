// Examples line by line: added by Enter or by pasting many, changed where they stand, words marked.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { Button, Icon } from "../../shared/kit/index.js";
import { marked, segmentsOf, textOf, unmarked } from "../models/parts.js";

const ONE_BY_ONE = 200; // lines drawn before one asks for more

/**
 * `add(text)`, `change(before, after)` and `remove(before)` answer whether it was done; without them the
 * lines are only read. `entities`: names a word may be marked as.
 */
export function Lines({ lines, language, add, change, remove, entities = [], label }) {
  const most = useSignal(ONE_BY_ONE);
  const sought = useSignal("");
  const found = lines.filter((line) => textOf(line).toLowerCase().includes(sought.value.toLowerCase()));
  return html`<div class="lines">
    ${add && html`<${NewLine} add=${add} label=${label} language=${language} />`}
    ${
      lines.length > 12 &&
      html`<input
        type="search"
        class="lines-filter"
        value=${sought.value}
        aria-label=${t("bots.filter_lines")}
        placeholder=${t("bots.filter_lines")}
        onInput=${(event) => (sought.value = event.target.value)}
      />`
    }
    <ul lang=${language}>
      ${found.slice(0, most.value).map(
        (line) => html`<li key=${textOf(line)}>
          <${Line} line=${line} change=${change} remove=${remove} entities=${entities} />
        </li>`,
      )}
    </ul>
    ${
      found.length > most.value &&
      html`<${Button} small onClick=${() => (most.value += ONE_BY_ONE)}>${t("bots.more")}<//>`
    }
  </div>`;
}

function NewLine({ add, label, language }) {
  const text = useSignal("");
  const send = async (written) => {
    if (written.trim() && (await add(written))) text.value = "";
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    send(text.value);
  };
  const pasted = (event) => {
    const written = event.clipboardData.getData("text");
    if (!written.trim().includes("\n")) return;
    event.preventDefault();
    send(written);
  };
  return html`<div class="line-new">
    <input
      value=${text.value}
      lang=${language}
      aria-label=${label}
      placeholder=${t("bots.add_line")}
      onInput=${(event) => (text.value = event.target.value)}
      onKeyDown=${keys}
      onPaste=${pasted}
    />
    <${Button} icon="plus" label=${t("bots.add_it")} onClick=${() => send(text.value)} />
  </div>`;
}

function Line({ line, change, remove, entities }) {
  const editing = useSignal(false);
  const text = textOf(line);
  if (editing.value) {
    return html`<${EditLine}
      text=${text}
      entities=${entities}
      save=${async (after) => (after === text || (await change(text, after))) && ((editing.value = false))}
      leave=${() => (editing.value = false)}
    />`;
  }
  return html`
    <span class="line-text">
      ${segmentsOf(line).map((one) =>
        one.entity
          ? html`<mark class="entity" title=${told(one)}>
            ${one.text}
            <small>${one.entity}</small>
          </mark>`
          : one.text,
      )}
    </span>
    ${
      change &&
      html`<span class="line-actions">
        <${Button}
          small
          kind="ghost"
          icon="pencil"
          label=${t("bots.edit_line", { text })}
          onClick=${() => (editing.value = true)}
        />
        <${Button}
          small
          kind="ghost"
          icon="trash-2"
          label=${t("bots.remove_line", { text })}
          onClick=${() => remove(text)}
        />
      </span>`
    }
  `;
}

const told = ({ entity, value, role, group }) =>
  [entity, value && `= ${value}`, role && t("bots.role", { role }), group && t("bots.group_of", { group })]
    .filter(Boolean)
    .join(" · ");

function EditLine({ text, entities, save, leave }) {
  const input = useRef(null);
  const written = useSignal(text);
  const chosen = useSignal(null);
  useEffect(() => input.current?.focus(), []);
  const select = () => {
    const { selectionStart: start, selectionEnd: end } = input.current;
    chosen.value = end > start ? { start, end } : null;
  };
  const mark = (entity) => {
    const range = chosen.value ?? wordAt(written.value, input.current.selectionStart);
    written.value = marked(written.value, range.start, range.end, entity);
    chosen.value = null;
    input.current.focus();
  };
  const keys = (event) => {
    if (event.key === "Enter" && !event.isComposing) save(written.value);
    else if (event.key === "Escape") leave();
    else if (event.altKey && /^[1-9]$/.test(event.key) && entities[event.key - 1]) {
      mark(entities[event.key - 1]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<div class="line-editing">
    <input
      ref=${input}
      value=${written.value}
      aria-label=${t("bots.line")}
      onInput=${(event) => (written.value = event.target.value)}
      onSelect=${select}
      onKeyUp=${select}
      onKeyDown=${keys}
    />
    <div class="line-marks" role="group" aria-label=${t("bots.mark")}>
      <span>${t(chosen.value ? "bots.mark_chosen" : "bots.mark_word")}</span>
      ${entities.map(
        (entity, i) => html`<button
          type="button"
          key=${entity}
          class="entity-choice"
          aria-keyshortcuts=${i < 9 ? `Alt+${i + 1}` : undefined}
          title=${i < 9 ? `Alt+${i + 1}` : undefined}
          onMouseDown=${(event) => event.preventDefault()}
          onClick=${() => mark(entity)}
        >${entity}</button>`,
      )}
      <button
        type="button"
        class="entity-choice"
        onMouseDown=${(event) => event.preventDefault()}
        onClick=${() => (written.value = unmarked(written.value))}
      >
        <${Icon} name="x" size=${12} />
        ${t("bots.unmark")}
      </button>
      <span class="line-ends">
        <${Button} small onClick=${leave}>${t("action.cancel")}<//>
        <${Button} small kind="primary" onClick=${() => save(written.value)}>${t("action.save")}<//>
      </span>
    </div>
  </div>`;
}

function wordAt(text, at) {
  const start = text.slice(0, at).search(/\S+$/);
  const from = start < 0 ? at : start;
  const after = text.slice(at).search(/\s|$/);
  return { start: from, end: at + after };
}
