// The answer: to the customer, or a note among ourselves; the two never look alike.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { bytes, phone } from "../../shared/i18n/format.js";
import { segments } from "../models/sms.js";
import * as api from "../../shared/services/api.js";
import { reachable } from "../../customers/services/files.js";
import { Button, ChannelIcon, Icon } from "../../shared/kit/index.js";
import { isAddressed } from "../models/recipients.js";
import { readUsual, usual } from "../services/recipients.js";
import { Recipients } from "./recipients.js";
import { holderOf } from "./worklist.js";
import * as desk from "../services/desk.js";
import { isMine, send, take } from "../services/actions.js";
import { explain, toast } from "../../shared/services/feedback.js";

const TYPING_EVERY = 3000;

export function Composer({ conversation: c }) {
  const draft = useComputed(() => desk.drafts.value[c.id] ?? desk.composer.draft(c.id)).value;
  const mine = isMine(c);
  // Words for the customer stay in sight when someone else takes over: they can be copied, or sent once it is
  // mine again.
  const mode = mine || draft.reply ? draft.mode : "note";
  const text = draft[mode];
  const area = useRef(null);
  const lastTyping = useRef(0);
  const dragging = useSignal(false);
  const locked = Boolean(draft.sending);
  const onCall = desk.calls.value.some((call) => call.conversation_id === c.id && call.state !== "ended");
  const ways = reachable(c, { onCall });
  const channel = draft.channel ?? ways[0]?.channel ?? c.channel;
  const mail = mode === "reply" && channel === "email";
  const recipients = draft.recipients ?? usualOf(c, channel, ways);
  useEffect(() => {
    if (c.channel === "email") readUsual(c.id);
  }, [c.id, c.last_position]);
  useEffect(() => {
    if (!mine && draft.mode !== "note" && !draft.reply) desk.composer.turnTo(c.id, "note");
    if (mine && draft.mode === "note" && !draft.note && desk.noting.peek() !== c.id)
      desk.composer.turnTo(c.id, "reply");
  }, [mine]);
  useLayoutEffect(() => grow(area.current), [text, mode]);
  const folded = !mine && desk.noting.value !== c.id && !draft.note && !draft.reply && !draft.problem;

  const write = (event) => {
    desk.composer.write(c.id, event.target.value);
    if (mode === "reply" && Date.now() - lastTyping.current > TYPING_EVERY) {
      lastTyping.current = Date.now();
      desk.tellTyping(c.id);
    }
  };
  const nobody = mail && !isAddressed(recipients);
  const submit = async () => {
    if (draft.mode !== mode) desk.composer.turnTo(c.id, mode);
    if (mode === "reply" && channel !== c.channel) desk.composer.useChannel(c.id, channel);
    // What was in sight is what is sent, whoever writes in between.
    if (mail && !draft.recipients) desk.composer.address(c.id, recipients);
    if (!barred && !nobody) await send(c);
    area.current?.focus();
  };
  const keys = (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    submit();
  };
  const attach = (files) => {
    if (mode === "reply") for (const file of files) attachOne(c.id, file);
  };
  const pasted = (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      attach(event.clipboardData.files);
    }
  };
  const dropped = (event) => {
    event.preventDefault();
    dragging.value = false;
    attach(event.dataTransfer.files);
  };
  if (folded) {
    return html`<section class="composer" aria-label=${t("composer.label")}>
      <${NotMine} conversation=${c} folded />
    </section>`;
  }
  const empty = !text.trim() && (mode === "note" || draft.files.length === 0);
  const barred = mode === "reply" && !mine && !locked;
  return html`<section
    class="composer ${mode} ${dragging.value ? "dragging" : ""}"
    aria-label=${t("composer.label")}
    onDragOver=${(e) => {
      e.preventDefault();
      dragging.value = mode === "reply";
    }}
    onDragLeave=${() => (dragging.value = false)}
    onDrop=${dropped}
  >
    ${!mine && html`<${NotMine} conversation=${c} />`}
    <div class="composer-box">
      <div class="composer-top">
        <${Modes} id=${c.id} mode=${mode} mine=${mine || Boolean(draft.reply)} locked=${locked} />
        ${
          mode === "reply"
            ? html`<${To} conversation=${c} channel=${channel} ways=${ways} locked=${locked} />`
            : html`<span class="composer-internal">
              <${Icon} name="eye-off" size=${14} />
              ${" "}${t("composer.internal")}
            </span>`
        }
      </div>
      ${
        mail &&
        html`<${Recipients}
          key=${c.id}
          recipients=${recipients}
          change=${(changed) => desk.composer.address(c.id, changed)}
          locked=${locked}
        />`
      }
      <${Problem} conversation=${c} draft=${draft} again=${submit} />
      <textarea
        id="composer-text"
        ref=${area}
        rows="2"
        readOnly=${locked}
        value=${text}
        onInput=${write}
        onKeyDown=${keys}
        onPaste=${pasted}
        aria-label=${t(mode === "reply" ? "composer.reply_label" : "composer.note_label")}
        aria-keyshortcuts="Control+Enter"
        placeholder=${t(mode === "reply" ? "composer.reply_placeholder" : "composer.note_placeholder", {
          name: phone(c.party_name),
        })}
      ></textarea>
      ${mode === "reply" && html`<${Files} id=${c.id} files=${draft.files} locked=${locked} />`}
      <div class="composer-bottom">
        ${mode === "reply" && channel !== "voice" && html`<${Attach} onFiles=${attach} />`}
        <${Length} text=${text} channel=${channel} mode=${mode} />
        <span class="composer-keys" aria-hidden="true">Ctrl ↵</span>
        <${Button}
          kind=${mode === "reply" ? "primary" : "note"}
          icon=${mode === "reply" ? "send" : "sticky-note"}
          disabled=${empty || barred || nobody || draft.sending?.running}
          onClick=${submit}
        >
          ${t(
            draft.sending?.running
              ? "composer.sending"
              : mode === "reply"
                ? channel === "voice"
                  ? "composer.speak"
                  : "composer.send"
                : "composer.add_note",
          )}
        <//>
      </div>
    </div>
  </section>`;
}

/** Who the mail goes to while the agent has not said otherwise. */
function usualOf(c, channel, ways) {
  const read = c.channel === "email" ? usual.value[c.id] : null;
  if (read) return read;
  const address = ways.find((o) => o.channel === channel)?.value;
  return { to: address ? [address] : [], cc: [] };
}

function grow(area) {
  if (!area) return;
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight + 2, 220)}px`;
}

async function attachOne(id, file) {
  try {
    desk.composer.attach(id, await api.upload(file));
  } catch (error) {
    toast(`${file.name} : ${explain(error)}`, { kind: "danger" });
  }
}

function Modes({ id, mode, mine, locked }) {
  const tab = (name, icon, disabled) => html`<button
    type="button"
    role="radio"
    aria-checked=${mode === name}
    disabled=${disabled || locked}
    onClick=${() => desk.composer.turnTo(id, name)}
  >
    <${Icon} name=${icon} size=${14} />
    ${" "}${t(`composer.mode.${name}`)}
  </button>`;
  return html`<div class="composer-modes" role="radiogroup" aria-label=${t("composer.mode.label")}>
    ${tab("reply", "reply", !mine)}${tab("note", "sticky-note", false)}
  </div>`;
}

/** Where the answer goes: only channels the customer can be reached on. */
function To({ conversation: c, channel, ways, locked }) {
  const address = ways.find((o) => o.channel === channel)?.value ?? c.customer.value;
  const shown = channel === "webchat" || channel === "email" ? "" : phone(address); // a mail's are below
  return html`<span class="composer-to">
    <${ChannelIcon} channel=${channel} size=${14} quiet />
    ${
      ways.length > 1
        ? html`<select
          aria-label=${t("composer.channel")}
          disabled=${locked}
          value=${channel}
          onChange=${(e) =>
            desk.composer.useChannel(c.id, e.target.value === c.channel ? null : e.target.value)}
        >
          ${ways.map(
            (o) => html`<option key=${o.channel} value=${o.channel} selected=${o.channel === channel}>
              ${word("channel", o.channel)}
            </option>`,
          )}
        </select>`
        : html`<span>${word("channel", channel)}</span>`
    }
    <span class="truncate">${shown}</span>
  </span>`;
}

/** Only who holds it answers; anyone may leave a note. */
function NotMine({ conversation: c, folded }) {
  const resolved = c.status === "resolved";
  const note = () => {
    desk.composer.turnTo(c.id, "note");
    desk.noting.value = c.id;
    requestAnimationFrame(() => document.getElementById("composer-text")?.focus());
  };
  return html`<div class="not-mine">
    <${Icon} name=${resolved ? "circle-check" : "info"} />
    <span>${resolved ? t("composer.resolved") : t("composer.not_mine", { who: holderOf(c.handler) })}</span>
    ${!resolved && html`<${Button} small kind="primary" onClick=${() => take(c)}>${t("action.take")}<//>`}
    ${folded && html`<${Button} small icon="sticky-note" onClick=${note}>${t("composer.mode.note")}<//>`}
  </div>`;
}

function Problem({ conversation: c, draft, again }) {
  const { problem, sending } = draft;
  if (!problem) return null;
  if (problem.code === "network") {
    return html`<div class="composer-problem warning" role="alert">
      <${Icon} name="wifi-off" />
      <span>${t("composer.problem.network")}</span>
      <${Button} small onClick=${again}>${t("action.retry")}<//>
      ${
        sending &&
        html`<${Button} small kind="ghost" onClick=${() => desk.composer.giveUp(c.id)}>
          ${t("composer.edit")}
        <//>`
      }
    </div>`;
  }
  const stale = problem.code === "stale_handler";
  const words = stale
    ? t("composer.problem.stale", { who: holderOf(c.handler) })
    : problem.code === "gave_up"
      ? t("composer.problem.gave_up")
      : explain(problem);
  return html`<div class="composer-problem ${stale ? "warning" : "danger"}" role="alert">
    <${Icon} name="triangle-alert" />
    <span>${words}</span>
    ${stale && !isMine(c) && html`<${Button} small onClick=${() => take(c)}>${t("action.take")}<//>`}
    <${Button}
      small
      kind="ghost"
      icon="x"
      label=${t("action.close")}
      onClick=${() => desk.composer.forgive(c.id)}
    />
  </div>`;
}

function Files({ id, files, locked }) {
  if (files.length === 0) return null;
  return html`<ul class="attachments">
    ${files.map(
      (file) => html`<li key=${file.id}>
        <span class="file">
          <${Icon} name="paperclip" size=${14} />
          <span class="truncate">${file.name}</span>
          <small>${bytes(file.size)}</small>
          ${
            !locked &&
            html`<${Button}
              small
              kind="ghost"
              icon="x"
              label=${t("composer.detach", { name: file.name })}
              onClick=${() => desk.composer.detach(id, file.id)}
            />`
          }
        </span>
      </li>`,
    )}
  </ul>`;
}

function Attach({ onFiles }) {
  const input = useRef(null);
  return html`
    <input
      ref=${input}
      type="file"
      multiple
      hidden
      tabindex="-1"
      aria-hidden="true"
      onChange=${(e) => {
        onFiles(e.target.files);
        e.target.value = "";
      }}
    />
    <${Button}
      kind="ghost"
      icon="paperclip"
      label=${t("composer.attach")}
      onClick=${() => input.current.click()}
    />
  `;
}

function Length({ text, channel, mode }) {
  if (mode !== "reply" || channel !== "sms" || !text) return html`<span class="composer-length"></span>`;
  const { segments: count, left, unicode } = segments(text);
  return html`<span
    class="composer-length ${count > 3 ? "long" : ""}"
    title=${unicode ? t("sms.unicode") : undefined}
  >${t("sms.segments", { count, left })}${unicode ? ` · ${t("sms.unicode_short")}` : ""}</span>`;
}
