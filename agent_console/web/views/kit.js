// The parts every view is made of.

import { h, html } from "htm/preact";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { icons } from "lucide";
import { t } from "../i18n/index.js";
import { duration, moment, when } from "../i18n/format.js";
import { elapsed, running, urgency } from "../models/clock.js";
import { clock, second } from "../services/session.js";

/** A view that is drawn again only when its own values change: what keeps long lists quick. */
export function still(View) {
  return function Still(props) {
    this.shouldComponentUpdate = (next) => {
      const names = Object.keys(next);
      return names.length !== Object.keys(this.props).length || names.some((name) => next[name] !== this.props[name]);
    };
    return h(View, props);
  };
}

export function Icon({ name, size = 16, label }) {
  const hidden = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" focusable="false" ...${hidden}>
    ${(icons[name] ?? []).map(([tag, attributes]) => html`<${tag} ...${attributes} />`)}
  </svg>`;
}

export function Button({ icon, children, kind = "plain", small, label, shortcut, ...rest }) {
  const classes = `button ${kind} ${small ? "small" : ""} ${children ? "" : "icon-only"}`;
  return html`<button type="button" class=${classes} aria-label=${label} title=${label ? titled(label, shortcut) : undefined}
    aria-keyshortcuts=${shortcut} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${children && html`<span>${children}</span>`}
    ${children && shortcut && html`<kbd aria-hidden="true">${shortcut}</kbd>`}
  </button>`;
}

const titled = (label, shortcut) => (shortcut ? `${label} (${shortcut})` : label);

const CHANNEL_ICONS = { email: "mail", sms: "smartphone", voice: "phone", webchat: "message-circle" };

export function ChannelIcon({ channel, size = 16, quiet }) {
  const label = quiet ? undefined : t(`channel.${channel}`);
  return html`<span class="channel channel-${channel}"><${Icon} name=${CHANNEL_ICONS[channel] ?? "circle"} size=${size} label=${label} /></span>`;
}

export function Avatar({ name = "", kind, size = "" }) {
  if (kind === "bot") return html`<span class="avatar bot ${size}" aria-hidden="true"><${Icon} name="bot" /></span>`;
  return html`<span class="avatar hue-${hue(name)} ${size}" aria-hidden="true">${initials(name)}</span>`;
}

function initials(name) {
  if (/^[+\d]/.test(name)) return "#";
  const words = name.split(/[\s@._-]+/).filter((w) => /^\p{L}/u.test(w));
  const letters = words.length > 1 ? words[0][0] + words.at(-1)[0] : (words[0] ?? "?").slice(0, 2);
  return letters.toUpperCase();
}

function hue(name) {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + character.codePointAt(0)) % 997;
  return sum % 8;
}

/** How long ago, running; coloured when it is over the target (seconds). */
export function Waiting({ since, target, precise }) {
  const text = useComputed(() => {
    const seconds = elapsed(since, second.value);
    return precise && seconds < 86_400 ? running(seconds) : duration(seconds);
  });
  const level = useComputed(() => urgency(elapsed(since, second.value), target));
  return html`<time class="waiting ${level}" datetime=${since} title=${moment(since)}>${text}</time>`;
}

export function When({ at }) {
  return html`<time datetime=${at} title=${moment(at)}>${when(at, clock.now())}</time>`;
}

/** A native dialog, open while it is rendered. */
export function Dialog({ title, onClose, children, wide, quiet }) {
  const ref = useRef(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const shown = ref.current;
    shown.showModal();
    return () => {
      shown.close(); // what lies behind takes no focus before
      before?.focus?.();
    };
  }, []);
  const closed = () => ref.current && onClose(); // said too when it is closed by being taken away
  // Else the browser hides it first and says so later: keys pressed in between would find it open, and be lost.
  const left = (event) => event.target === ref.current && (event.preventDefault(), onClose());
  const outside = (event) => event.target === ref.current && onClose();
  return html`<dialog ref=${ref} class="dialog ${wide ? "wide" : ""} ${quiet ? "pinned" : ""}" aria-labelledby=${id} onCancel=${left} onClose=${closed} onMouseDown=${outside}>
    <div class="dialog-body">
      <header class=${quiet ? "visually-hidden" : ""}>
        <h2 id=${id}>${title}</h2>
        ${!quiet && html`<${Button} icon="x" label=${t("action.close")} kind="ghost" onClick=${onClose} />`}
      </header>
      ${children}
    </div>
  </dialog>`;
}

/** A button with a menu: arrows move, Escape closes, the focus comes back. `items`: {label, icon, checked, run} or {heading} */
export function Menu({ label, button, items, className = "", align = "end" }) {
  const open = useSignal(false);
  const root = useRef(null);
  const id = useId();
  const close = (refocus = true) => {
    if (!open.value) return;
    open.value = false;
    if (refocus) root.current?.querySelector("button")?.focus();
  };
  useEffect(() => {
    if (!open.value) return undefined;
    const outside = (event) => root.current?.contains(event.target) || close(false);
    document.addEventListener("pointerdown", outside);
    (root.current.querySelector("[aria-checked=true]") ?? root.current.querySelector("[role^=menuitem]"))?.focus();
    return () => document.removeEventListener("pointerdown", outside);
  }, [open.value]);
  const keys = (event) => {
    if (!open.value) return;
    if (event.key === "Escape" || event.key === "Tab") {
      close(event.key === "Escape");
      if (event.key === "Escape") event.preventDefault();
      return;
    }
    const entries = [...root.current.querySelectorAll("[role^=menuitem]")];
    const at = entries.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    entries.at(to % entries.length)?.focus();
  };
  return html`<div class="menu-root ${className}" ref=${root} onKeyDown=${keys}>
    <button type="button" class="menu-button" aria-haspopup="menu" aria-expanded=${open.value} aria-controls=${open.value ? id : undefined}
      aria-label=${label} title=${label} onClick=${() => (open.value ? close() : (open.value = true))}>${button}</button>
    ${open.value &&
    html`<div role="menu" id=${id} class="menu ${align}" aria-label=${label}>
      ${items.map((item) => {
        if (item.heading) return html`<div class="menu-heading" role="presentation">${item.heading}</div>`;
        const role = item.checked === undefined ? "menuitem" : "menuitemradio";
        return html`<button type="button" role=${role} tabindex="-1" aria-checked=${item.checked}
          onClick=${() => { close(); item.run(); }}>
          ${item.dot && html`<span class="dot ${item.dot}"></span>`}
          ${item.icon && html`<${Icon} name=${item.icon} />`}
          <span lang=${item.lang}>${item.label}</span>
          ${item.checked && html`<${Icon} name="check" />`}
          ${item.shortcut && html`<kbd>${item.shortcut}</kbd>`}
        </button>`;
      })}
    </div>`}
  </div>`;
}

export function Empty({ icon, title, children }) {
  return html`<div class="empty">
    <span class="empty-icon"><${Icon} name=${icon} size=${24} /></span>
    <p class="empty-title">${title}</p>
    ${children && html`<p>${children}</p>`}
  </div>`;
}

export function Loading({ rows = 4 }) {
  return html`<div class="skeleton" role="status"><span class="visually-hidden">${t("app.loading")}</span>
    ${Array.from({ length: rows }, () => html`<span class="bone"></span>`)}
  </div>`;
}

export const Tag = ({ kind = "", icon, children, title }) =>
  html`<span class="tag ${kind}" title=${title}>${icon && html`<${Icon} name=${icon} size=${12} />`}${children}</span>`;

/** A list of rows of one height: only those in sight are in the page. Asks for more near its end. */
export function Rows({ items, height, render, onEnd, className = "", label }) {
  const box = useRef(null);
  const view = useSignal({ from: 0, to: 30 });
  const measure = () => {
    const element = box.current;
    if (!element) return;
    const from = Math.max(0, Math.floor(element.scrollTop / height) - 6);
    const to = from + Math.ceil(element.clientHeight / height) + 12;
    if (from !== view.value.from || to !== view.value.to) view.value = { from, to };
    if (onEnd && element.scrollHeight - element.scrollTop - element.clientHeight < height * 8) onEnd();
  };
  useEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [items.length]);
  const { from, to } = view.value;
  const visible = items.slice(from, to);
  return html`<div class="rows ${className}" ref=${box} onScroll=${measure}>
    <ul aria-label=${label} style=${{ height: `${items.length * height}px` }}>
      ${visible.map((item, i) => html`<li key=${item.id} aria-setsize=${items.length} aria-posinset=${from + i + 1}
        style=${{ transform: `translateY(${(from + i) * height}px)`, height: `${height}px` }}>${render(item)}</li>`)}
    </ul>
  </div>`;
}
