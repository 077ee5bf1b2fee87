// Transfer, resolve, and the list of shortcuts.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { OUTCOMES } from "../../shared/models/words.js";
import { Button, Dialog, Icon } from "../../shared/kit/index.js";
import { resolve, transfer } from "../services/actions.js";
import { details, queues } from "../services/desk.js";

/** The conversation as it is now: it may have changed since the dialog opened. */
const present = (c) => details.peek().byId[c.id]?.conversation ?? c;

export function TransferDialog({ conversation, onClose }) {
  const others = queues.value;
  const queue = useSignal(others.find((q) => q.id !== conversation.queue_id)?.id ?? others[0]?.id);
  const message = useSignal("");
  const busy = useSignal(false);
  const submit = async (event) => {
    event.preventDefault();
    busy.value = true;
    if (await transfer(present(conversation), queue.value, message.value.trim())) onClose();
    busy.value = false;
  };
  return html`<${Dialog}
    title=${t("transfer.title", { name: phone(conversation.party_name) })}
    onClose=${onClose}
  >
    <form onSubmit=${submit}>
      <fieldset class="choices">
        <legend>${t("transfer.queue")}</legend>
        ${others.map(
          (q, i) => html`<label key=${q.id}>
            <input
              type="radio"
              name="queue"
              value=${q.id}
              checked=${queue.value === q.id}
              autofocus=${i === 0}
              onChange=${() => (queue.value = q.id)}
            />
            <span>
              <${Icon} name="users-round" />
              ${" "}${q.name}
              ${
                q.id === conversation.queue_id
                  ? html`
                    ${" "}
                    <small>${t("transfer.present")}</small>
                  `
                  : ""
              }
            </span>
          </label>`,
        )}
      </fieldset>
      <label class="field">
        <span>${t("transfer.message")}</span>
        <textarea
          rows="3"
          value=${message.value}
          onInput=${(e) => (message.value = e.target.value)}
          placeholder=${t("transfer.placeholder")}
        ></textarea>
      </label>
      <p class="dialog-hint">
        <${Icon} name="eye-off" size=${14} />
        ${" "}${t("transfer.hint")}
      </p>
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button}
          kind="primary"
          type="submit"
          icon="arrow-right-left"
          disabled=${busy.value || !queue.value}
        >${t("action.transfer")}<//>
      </footer>
    </form>
  <//>`;
}

export function ResolveDialog({ conversation, onClose }) {
  const outcome = useSignal(OUTCOMES[0]);
  const note = useSignal("");
  const busy = useSignal(false);
  const submit = async (event) => {
    event.preventDefault();
    busy.value = true;
    if (await resolve(present(conversation), outcome.value, note.value.trim())) onClose();
    busy.value = false;
  };
  const keys = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && submit(event);
  return html`<${Dialog}
    title=${t("resolve.title", { name: phone(conversation.party_name) })}
    onClose=${onClose}
  >
    <form onSubmit=${submit} onKeyDown=${keys}>
      <fieldset class="choices two">
        <legend>${t("resolve.outcome")}</legend>
        ${OUTCOMES.map(
          (value, i) => html`<label key=${value}>
            <input
              type="radio"
              name="outcome"
              value=${value}
              checked=${outcome.value === value}
              autofocus=${i === 0}
              onChange=${() => (outcome.value = value)}
            />
            <span>${t(`outcome.${value}`)}</span>
          </label>`,
        )}
      </fieldset>
      <label class="field">
        <span>${t("resolve.note")}</span>
        <textarea
          rows="3"
          value=${note.value}
          onInput=${(e) => (note.value = e.target.value)}
          placeholder=${t("resolve.placeholder")}
        ></textarea>
      </label>
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button} kind="success" type="submit" icon="check" disabled=${busy.value}>
          ${t("action.resolve")}
        <//>
      </footer>
    </form>
  <//>`;
}
