// What a customer's file was made of, each part with the way back.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { phone, shortDate } from "../../shared/i18n/format.js";
import { Button, Dialog } from "../../shared/kit/index.js";
import { attempt } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { mergesOf, readMerge, undo } from "../services/duplicates.js";

/** `seen` changes when the file does, so that this is read again. */
export function Merges({ id, seen }) {
  const merges = useSignal([]);
  const splitting = useSignal(null);
  const read = () =>
    mergesOf(id)
      .then((answer) => (merges.value = answer.items))
      .catch(() => {});
  useEffect(() => void read(), [id, seen]);
  if (merges.value.length === 0) return null;
  return html`<section class="family merges">
    <h3>${t("duplicates.merges")}</h3>
    <ul>
      ${merges.value.map(
        (merge) => html`<li key=${merge.id}>
          <span>
            ${t("duplicates.merged_at", { name: phone(merge.loser_name), date: shortDate(merge.at) })}
            ${" "}
            <small>
              ${
                merge.by_id
                  ? t("duplicates.merged_by", { name: merge.by_name })
                  : t("duplicates.merged_by_itself")
              }
            </small>
          </span>
          ${
            can("customers.merge") &&
            html`<${Button} small icon="split" onClick=${() => (splitting.value = merge)}>
              ${t("duplicates.undo")}
            <//>`
          }
        </li>`,
      )}
    </ul>
    ${
      splitting.value &&
      html`<${Split}
        merge=${splitting.value}
        onClose=${() => (splitting.value = null)}
        onDone=${() => {
          splitting.value = null;
          read();
        }}
      />`
    }
  </section>`;
}

function Split({ merge, onClose, onDone }) {
  const unclear = useSignal(null);
  const given = useSignal(new Set());
  const name = phone(merge.loser_name);
  useEffect(() => {
    attempt(() => readMerge(merge.id)).then((answer) =>
      answer ? (unclear.value = answer.unclear) : onClose(),
    );
  }, []);
  const turn = (ref) => {
    const next = new Set(given.value);
    if (!next.delete(ref)) next.add(ref);
    given.value = next;
  };
  const split = async () => {
    if (await undo(merge.id, [...given.value])) onDone();
  };
  return html`<${Dialog} title=${t("duplicates.undo_title", { name })} onClose=${onClose}>
    <p>${t("duplicates.undo_clear", { name })}</p>
    ${
      unclear.value?.length > 0 &&
      html`
        <p class="dialog-hint">${t("duplicates.unclear", { name })}</p>
        <ul class="unclear">
          ${unclear.value.map(
            (item) => html`<li key=${item.ref}>
              <label>
                <input
                  type="checkbox"
                  checked=${given.value.has(item.ref)}
                  onChange=${() => turn(item.ref)}
                />
                <span>${t(`duplicates.unclear.${item.what.split(" ")[0]}`)} · ${labelOf(item)}</span>
                <small>${shortDate(item.at)}</small>
              </label>
            </li>`,
          )}
        </ul>
      `
    }
    <footer>
      <${Button} onClick=${onClose}>${t("action.cancel")}<//>
      <${Button} kind="primary" icon="split" disabled=${!unclear.value} onClick=${split}>
        ${t("duplicates.undo")}
      <//>
    </footer>
  <//>`;
}

function labelOf({ what, label }) {
  if (what === "facts") return word("field", label);
  return what.startsWith("relationships") ? word("relation", label) : phone(label || "–");
}
