// The thread: what was said, oldest to newest, whatever the channel.

import { html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { day, duration, phone, time } from "../../shared/i18n/format.js";
import { rowsOf } from "../models/timeline.js";
import { Button, ChannelIcon, Icon, still } from "../../shared/kit/index.js";
import { Line } from "./line.js";
import * as desk from "../services/desk.js";
import * as session from "../../shared/services/session.js";
import { clock, second } from "../../shared/services/clock.js";

const NEAR = 80; // pixels from the end that still count as being there
const AHEAD = 400; // pixels from the start at which older lines are asked for

export function Timeline({ id, detail, newAfter }) {
  const { exchanges, has_more: more } = detail;
  const box = useRef(null);
  const stick = useRef(true);
  const height = useRef(0);
  const busy = useSignal(false);
  const missed = useSignal(0);
  const last = exchanges.at(-1)?.position ?? 0;
  const first = exchanges[0]?.position ?? 0;
  const seen = useRef({ first, last });
  const rows = useMemo(() => rowsOf(exchanges, { newAfter }), [exchanges, newAfter]);

  const toEnd = (smooth) => {
    if (!box.current) return;
    box.current.scrollTo({ top: box.current.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    stick.current = true;
    missed.value = 0;
  };
  const older = async () => {
    if (busy.value || !more) return;
    busy.value = true;
    await desk.readOlder(id).catch(() => {});
    busy.value = false;
  };
  const scrolled = () => {
    if (!box.current) return;
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    stick.current = scrollHeight - scrollTop - clientHeight < NEAR;
    if (stick.current) {
      missed.value = 0;
      desk.markRead(id, last);
    }
    if (scrollTop < AHEAD) older();
  };

  useLayoutEffect(() => {
    const before = seen.current;
    const element = box.current;
    if (first < before.first) element.scrollTop += element.scrollHeight - height.current;
    else if (stick.current || mineAt(exchanges, before.last)) toEnd(false);
    else if (last > before.last) missed.value += last - before.last;
    seen.current = { first, last };
    height.current = element.scrollHeight;
    if (stick.current && document.hasFocus()) desk.markRead(id, last);
  }, [exchanges]);

  // Pictures and folded text change the height after the lines are there.
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (!box.current) return;
      if (stick.current) box.current.scrollTop = box.current.scrollHeight;
      height.current = box.current.scrollHeight;
    });
    observer.observe(box.current.firstElementChild);
    observer.observe(box.current); // the composer grew
    const focused = () => stick.current && desk.markRead(id, seen.current.last);
    addEventListener("focus", focused);
    return () => {
      observer.disconnect();
      removeEventListener("focus", focused);
    };
  }, []);

  return html`<div class="timeline-frame">
    <div
      class="timeline"
      ref=${box}
      onScroll=${scrolled}
      tabindex="0"
      role="log"
      aria-label=${t("timeline.label")}
      aria-live="polite"
    >
      <ol class="thread">
        ${
          more &&
          html`<li class="older" key="older">
            <${Button} small kind="ghost" disabled=${busy.value} onClick=${older}>
              ${t(busy.value ? "app.loading" : "timeline.older")}
            <//>
          </li>`
        }
        ${rows.map((row) => rowView(row, phone(detail.conversation.party_name)))}
        <${CustomerTyping} id=${id} />
      </ol>
    </div>
    ${
      missed.value > 0 &&
      html`<button type="button" class="jump" onClick=${() => toEnd(true)}>
        <${Icon} name="arrow-down" />
        ${" "}${t("timeline.missed", { count: missed.value })}
      </button>`
    }
  </div>`;
}

/** I just wrote: show it, wherever I had scrolled to. */
function mineAt(exchanges, after) {
  const newest = exchanges.at(-1);
  return (
    newest && newest.position > after && newest.author === "agent" && newest.author_ref === session.me.peek()
  );
}

function rowView(row, customer) {
  if (row.type === "line")
    return html`<${Line}
      key=${row.key}
      exchange=${row.exchange}
      follows=${row.follows}
      customer=${customer}
    />`;
  if (row.type === "day") return html`<${Day} key=${row.key} date=${row.date} />`;
  if (row.type === "channel") return html`<${Channel} key=${row.key} channel=${row.channel} />`;
  if (row.type === "new")
    return html`<li class="new-mark" key=${row.key}>
      <span>${t("timeline.new")}</span>
    </li>`;
  return html`<${System} key=${row.key} exchanges=${row.exchanges} />`;
}

const Day = still(
  ({ date }) => html`<li class="day">
    <h2>
      <time datetime=${date}>${day(date, clock.now())}</time>
    </h2>
  </li>`,
);

const Channel = still(
  ({ channel }) =>
    html`<li class="channel-mark">
      <${ChannelIcon} channel=${channel} size=${14} quiet />
      <span>${word("channel", channel)}</span>
    </li>`,
);

function System({ exchanges }) {
  const line = (e) =>
    html`<span key=${e.id}>
      ${told(e)} ·${" "}
      <time datetime=${e.occurred_at}>${time(e.occurred_at)}</time>
    </span>`;
  if (exchanges.length === 1) return html`<li class="system">${line(exchanges[0])}</li>`;
  return html`<li class="system">
    <details>
      <summary>${t("timeline.events", { count: exchanges.length })}</summary>
      ${exchanges.map(line)}
    </details>
  </li>`;
}

function told({ text, meta, author, author_ref: ref }) {
  if (text) return text;
  const who =
    author === "agent" ? (desk.userNames.value.get(ref) ?? t("handler.agent")) : word("author", author);
  if (meta?.event === "call_ended") return t("system.call_ended", { duration: duration(meta.duration ?? 0) });
  if (meta?.event === "visitor_left") return t("system.visitor_left");
  const outcome = meta?.outcome ? word("outcome", meta.outcome) : "";
  return meta?.event === "resolved"
    ? t("system.resolved", { who, outcome })
    : `${who} · ${word("system", meta?.event ?? "event")}`;
}

function CustomerTyping({ id }) {
  const typing = useComputed(() => (desk.customerTyping.value[id] ?? 0) > second.value);
  return html`<li class="typing" hidden=${!typing.value}>
    ${
      typing.value &&
      html`
        <span class="typing-dots" aria-hidden="true">
          <i></i>
          <i></i>
          <i></i>
        </span>
        <span>${t("timeline.typing")}</span>
      `
    }
  </li>`;
}
