// The draft as the YAML files of a Rasa project, for those who would rather write.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { Button, Empty, Icon, Loading } from "../../shared/kit/index.js";
import { explain, toast } from "../../shared/services/feedback.js";
import { route } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import * as studio from "../services/studio.js";

export function ProjectFiles({ bot }) {
  const files = useSignal(null);
  const problem = useSignal(null);
  const read = () =>
    studio.readFiles(bot.id).then(
      (items) => {
        files.value = items;
        problem.value = null;
      },
      (error) => (problem.value = error),
    );
  useEffect(() => void read(), [bot.id]);
  if (problem.value) {
    return html`<${Empty}
      icon="circle-alert"
      title=${explain(problem.value)}
      action=${{ label: t("action.retry"), run: read }}
    />`;
  }
  if (!files.value) return html`<${Loading} rows=${6} />`;
  const { part } = route.value.query;
  const opened = files.value.find((one) => one.path === part) ?? files.value[0];
  const notes = studio.draft.value.unplayed;
  return html`<div class="parts">
    <div class="parts-list">
      ${notes.length > 0 && html`<${Unplayed} notes=${notes} />`}
      <ul>
        ${files.value.map(
          (one) => html`<li key=${one.path}>
            <a
              href=${studio.addressIn("files", one.path)}
              aria-current=${one === opened ? "true" : undefined}
            >
              <${Icon} name="file-text" size=${14} />
              <span class="truncate">${one.path}</span>
            </a>
          </li>`,
        )}
      </ul>
    </div>
    <div class="parts-open">
      <${File}
        key=${opened.path}
        file=${opened}
        botId=${bot.id}
        onSaved=${(items) => (files.value = items)}
        onRead=${read}
      />
    </div>
  </div>`;
}

/** What of the project is kept and exported again, but not played here. */
function Unplayed({ notes }) {
  return html`<details class="unplayed">
    <summary>
      <${Icon} name="info" size=${14} />
      ${t("bots.unplayed", { count: notes.length })}
    </summary>
    <ul>
      ${notes.map(
        ({ what, name }) => html`<li key=${what + name}>
          <b>${name}</b>
          <small>${t(`bots.unplayed_why.${what}`)}</small>
        </li>`,
      )}
    </ul>
  </details>`;
}

/** `seen` is the file as it was when the writing began: what someone else changed since is told, not lost. */
function File({ file, botId, onSaved, onRead }) {
  const text = useSignal(file.text);
  const seen = useSignal(file);
  const problem = useSignal("");
  const changed = text.value !== seen.value.text;
  const elsewhere = file.etag !== seen.value.etag;
  const save = async () => {
    problem.value = "";
    try {
      const body = { path: file.path, text: text.value, was: seen.value.etag };
      const { items } = await studio.writeFile(botId, body);
      seen.value = items.find((one) => one.path === file.path);
      onSaved(items);
      await studio.readDraft(botId);
      toast(t("bots.file_saved", { path: file.path }), { kind: "success" });
    } catch (error) {
      problem.value = explain(error);
      if (error.code === "draft_changed") await onRead();
    }
  };
  const take = () => {
    text.value = file.text;
    seen.value = file;
    problem.value = "";
  };
  const keys = (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (changed) save();
  };
  return html`
    <header class="part-head">
      <h2>${file.path}</h2>
      <div></div>
      ${
        can("bots.write") &&
        html`<${Button} small kind="primary" disabled=${!changed} shortcut="Ctrl+S" onClick=${save}>
          ${t("action.save")}
        <//>`
      }
    </header>
    ${problem.value && html`<p class="problem" role="alert">${problem.value}</p>`}
    ${
      elsewhere &&
      html`<p class="form-kept" role="status">
        <span>${t("bots.file_elsewhere")}</span>
        <${Button} small onClick=${take}>${t("bots.file_take")}<//>
        <${Button} small onClick=${() => (seen.value = { ...file })}>${t("bots.file_keep")}<//>
      </p>`
    }
    <textarea
      class="yaml"
      spellcheck="false"
      readonly=${!can("bots.write")}
      value=${text.value}
      aria-label=${t("bots.file_text", { path: file.path })}
      onInput=${(event) => (text.value = event.target.value)}
      onKeyDown=${keys}
    ></textarea>
  `;
}
