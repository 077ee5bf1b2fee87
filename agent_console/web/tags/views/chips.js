// Tags where they are shown and put on: chips, and the list to choose from.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useId } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { Button, Icon, usePopover } from "../../shared/kit/index.js";
import { plain } from "../../shared/models/search.js";
import { attempt } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { putOn, sorted, tags, takeOff } from "../services/tags.js";

export const TagChip = ({ tag }) => html`<span class="tag-chip c-${tag.colour}" title=${tag.name}>
  <span class="truncate">${tag.name}</span>
</span>`;

/** The chips of the ids whose tags are known; ones of a tag that was removed meanwhile are left out. */
export function TagChips({ ids, most = 4 }) {
  useEffect(() => void tags.read().catch(() => {}), []);
  const known = (ids ?? []).map((id) => tags.byId.value.get(id)).filter(Boolean);
  if (known.length === 0) return null;
  const rest = known.slice(most);
  return html`<span class="tag-chips">
    ${known.slice(0, most).map((tag) => html`<${TagChip} key=${tag.id} tag=${tag} />`)}
    ${
      rest.length > 0 &&
      html`<span class="tag-chip c-grey" title=${rest.map((tag) => tag.name).join(", ")}>
        +${rest.length}
      </span>`
    }
  </span>`;
}

/** The tags of one thing with a button to choose others. `what` is `conversations` or `parties`. */
export function TagEditor({ what, id, ids, onChanged }) {
  const { open, root, close } = usePopover();
  const menu = useId();
  const turn = async (tag, on) => {
    const answer = await attempt(() => (on ? putOn : takeOff)(what, id, [tag.id]));
    if (answer) onChanged?.(answer.tags ?? answer.conversation.tags);
  };
  return html`<div class="tag-editor" ref=${root} onKeyDown=${close}>
    <${TagChips} ids=${ids} most=${6} />
    <button
      type="button"
      class="tag-add"
      aria-haspopup="dialog"
      aria-expanded=${open.value}
      aria-controls=${open.value ? menu : undefined}
      onClick=${() => (open.value = !open.value)}
    >
      <${Icon} name="tag" size=${13} />
      <span>${t("tags.choose")}</span>
    </button>
    ${open.value && html`<${Chooser} id=${menu} chosen=${ids ?? []} onTurn=${turn} />`}
  </div>`;
}

function Chooser({ id, chosen, onTurn }) {
  const typed = useSignal("");
  useEffect(() => void tags.read().catch(() => {}), []);
  const asked = plain(typed.value.trim());
  const found = sorted().filter((tag) => plain(tag.name).includes(asked));
  const exact = found.some((tag) => plain(tag.name) === asked);
  const make = async () => {
    const tag = await attempt(() => tags.add({ name: typed.value.trim() }));
    if (!tag) return;
    typed.value = "";
    onTurn(tag, true);
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (found.length === 1 || exact) onTurn(found[0], !chosen.includes(found[0].id));
    else if (found.length === 0 && asked && can("tags.manage")) make();
  };
  return html`<div class="tag-chooser" role="dialog" aria-label=${t("tags.choose")} id=${id}>
    <input
      autofocus
      ref=${(element) => element && !typed.peek() && element.focus()}
      type="search"
      maxlength="60"
      aria-label=${t("tags.find")}
      placeholder=${t("tags.find")}
      value=${typed.value}
      onInput=${(event) => (typed.value = event.target.value)}
      onKeyDown=${keys}
    />
    <ul>
      ${found.map(
        (tag) => html`<li key=${tag.id}>
          <label>
            <input
              type="checkbox"
              checked=${chosen.includes(tag.id)}
              onChange=${(event) => onTurn(tag, event.target.checked)}
            />
            <${TagChip} tag=${tag} />
          </label>
        </li>`,
      )}
    </ul>
    ${found.length === 0 && html`<p class="dialog-hint">${t(asked ? "tags.none_found" : "tags.none")}</p>`}
    ${
      asked &&
      !exact &&
      can("tags.manage") &&
      html`<${Button} small icon="plus" onClick=${make}>${t("tags.make", { name: typed.value.trim() })}<//>`
    }
  </div>`;
}
