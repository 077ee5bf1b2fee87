// What is asked before something is done with a whole bot.

import { html } from "htm/preact";
import { signal, useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { Button, Dialog } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import * as studio from "../services/studio.js";

/** {name}: which dialog is open; null for none. */
export const asked = signal(null);
const close = () => (asked.value = null);

export function BotDialogs() {
  const Open = { add: Add, train: Train, import: Import, remove: Remove }[asked.value?.name];
  return Open ? html`<${Open} />` : null;
}

function Add() {
  const name = useSignal("");
  const language = useSignal("fr");
  const like = useSignal("");
  const problem = useSignal("");
  const send = async (event) => {
    event.preventDefault();
    if (!name.value.trim()) return (problem.value = t("form.problem.required"));
    try {
      await studio.addBot({ name: name.value.trim(), language: language.value, like: like.value });
      return close();
    } catch (error) {
      return (problem.value = explain(error));
    }
  };
  return html`<${Dialog} title=${t("bots.add")} onClose=${close}>
    <form class="stacked" onSubmit=${send}>
      <label>
        <span>${t("bots.name")}</span>
        <input
          value=${name.value}
          maxlength="100"
          aria-invalid=${problem.value ? "true" : undefined}
          onInput=${(event) => (name.value = event.target.value)}
        />
      </label>
      ${problem.value && html`<p class="problem" role="alert">${problem.value}</p>`}
      <label>
        <span>${t("bots.language")}</span>
        <select value=${language.value} onChange=${(event) => (language.value = event.target.value)}>
          ${["fr", "en"].map((code) => html`<option value=${code}>${word("language", code)}</option>`)}
        </select>
      </label>
      <label>
        <span>${t("bots.like")}</span>
        <select value=${like.value} onChange=${(event) => (like.value = event.target.value)}>
          <option value="">${t("bots.like_sample")}</option>
          ${(studio.bots.value ?? []).map((one) => html`<option value=${one.id}>${one.name}</option>`)}
        </select>
      </label>
      <footer>
        <${Button} onClick=${close}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit">${t("bots.add")}<//>
      </footer>
    </form>
  <//>`;
}

function Train() {
  const note = useSignal("");
  const send = async (event) => {
    event.preventDefault();
    if (await studio.train(note.value)) close();
  };
  return html`<${Dialog} title=${t("bots.train_title")} onClose=${close}>
    <form class="stacked" onSubmit=${send}>
      <p>${t("bots.train_hint")}</p>
      <label>
        <span>${t("bots.note")}</span>
        <input
          value=${note.value}
          maxlength="500"
          placeholder=${t("bots.note_example")}
          onInput=${(event) => (note.value = event.target.value)}
        />
      </label>
      <footer>
        <${Button} onClick=${close}>${t("action.cancel")}<//>
        <${Button} kind="primary" icon="sparkles" type="submit">${t("bots.train")}<//>
      </footer>
    </form>
  <//>`;
}

function Import() {
  const file = useSignal(null);
  const send = async (event) => {
    event.preventDefault();
    if (!file.value) return;
    close();
    await studio.importProject(file.value);
  };
  return html`<${Dialog} title=${t("bots.import")} onClose=${close}>
    <form class="stacked" onSubmit=${send}>
      <p>${t("bots.import_hint")}</p>
      <label>
        <span>${t("bots.import_file")}</span>
        <input
          type="file"
          accept=".zip,application/zip"
          onChange=${(event) => (file.value = event.target.files[0] ?? null)}
        />
      </label>
      <footer>
        <${Button} onClick=${close}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit" disabled=${!file.value}>${t("bots.import")}<//>
      </footer>
    </form>
  <//>`;
}

function Remove() {
  const remove = async () => {
    await studio.removeBot();
    close();
  };
  return html`<${Dialog}
    title=${t("bots.remove_title", { name: studio.bot.value.name })}
    onClose=${close}
  >
    <p>${t("bots.remove_hint")}</p>
    <footer>
      <${Button} onClick=${close}>${t("action.cancel")}<//>
      <${Button} kind="danger" icon="trash-2" onClick=${remove}>${t("bots.remove")}<//>
    </footer>
  <//>`;
}
