// The header: my state and how long it has lasted, how full I am, the line, the search, my preferences.

import { html } from "htm/preact";
import { LANGUAGES, t, word } from "../../shared/i18n/index.js";
import { BREAK_REASONS, PRESENCES } from "../../shared/models/words.js";
import { askForNotifications } from "../../desk/services/alerts.js";
import * as api from "../../shared/services/api.js";
import { language, notifications, sound, theme } from "../../shared/services/preferences.js";
import { Avatar, Button, Icon, Menu, Waiting } from "../../shared/kit/index.js";
import { setPresence } from "../../desk/services/actions.js";
import { agent } from "../../desk/services/desk.js";
import { dialog } from "../../shared/services/feedback.js";
import { line, settings, signOut, user } from "../../shared/services/session.js";

export function Topbar() {
  return html`<header class="topbar">
    <div class="brand">
      <img src="/console/icon.svg" alt="" width="24" height="24" />
      <span>${settings.value.business_name || "Filrouge"}</span>
    </div>
    <button
      type="button"
      class="search-button"
      aria-keyshortcuts="Control+K"
      onClick=${() => (dialog.value = { name: "palette" })}
    >
      <${Icon} name="search" />
      <span>${t("palette.open")}</span>
      <kbd aria-hidden="true">Ctrl K</kbd>
    </button>
    <div class="topbar-end">
      <${Line} />
      ${
        agent.value &&
        html`
          <${Capacity} agent=${agent.value} />
          <${PresenceSwitch} agent=${agent.value} />
        `
      }
      <${Preferences} />
    </div>
  </header>`;
}

function Line() {
  const { state } = line.value;
  const icon = state === "online" ? "wifi" : state === "offline" ? "wifi-off" : "loader-circle";
  return html`<span class="line ${state}" title=${t(`line.state.${state}`)}>
    <${Icon} name=${icon} label=${t(`line.state.${state}`)} />
  </span>`;
}

function Capacity({ agent: { load, capacity } }) {
  const part = capacity > 0 ? Math.min(1, load / capacity) : 0;
  const label = t("capacity.label", { load, capacity });
  return html`<div class="capacity" title=${label}>
    <span aria-hidden="true">
      ${load}
      <small>/${capacity}</small>
    </span>
    <div role="meter" aria-label=${label} aria-valuemin="0" aria-valuemax=${capacity} aria-valuenow=${load}>
      <span class=${part >= 1 ? "full" : ""} style=${{ width: `${part * 100}%` }}></span>
    </div>
  </div>`;
}

function PresenceSwitch({ agent: { presence, reason, since, wrapping } }) {
  const choose = (value, why) => () => setPresence(value, why);
  const items = PRESENCES.flatMap((value) =>
    value === "on_break"
      ? [
          { heading: t("presence.on_break") },
          ...BREAK_REASONS.map((why) => ({
            label: t(`reason.${why}`),
            dot: "on_break",
            checked: presence === "on_break" && reason === why,
            run: choose("on_break", why),
          })),
          { heading: t("presence.other") },
        ]
      : [{ label: t(`presence.${value}`), dot: value, checked: presence === value, run: choose(value) }],
  );
  const also = wrapping ? t("wrap.title") : reason ? word("reason", reason) : "";
  const text = also ? `${word("presence", presence)} · ${also}` : word("presence", presence);
  return html`<${Menu}
    className="presence ${presence}"
    label=${t("presence.label", { state: text })}
    items=${items}
    button=${html`
      <span class="dot ${presence}"></span>
      <span class="presence-text">${text}</span>
      <${Waiting} since=${since} precise />
      <${Icon} name="chevron-down" size=${14} />
    `}
  />`;
}

function Preferences() {
  const who = user.value;
  const choose = (what, value) => () => {
    what.value = value;
    if (what === language) api.patch("/me", { language: value }).catch(() => {});
    if (what === theme) api.patch("/me", { theme: value }).catch(() => {});
  };
  const items = [
    { heading: who.name },
    ...LANGUAGES.map((code) => ({
      label: { fr: "Français", en: "English" }[code],
      lang: code,
      icon: "languages",
      checked: language.value === code,
      run: choose(language, code),
    })),
    { heading: t("menu.theme") },
    ...[
      ["system", "monitor"],
      ["light", "sun"],
      ["dark", "moon"],
    ].map(([value, icon]) => ({
      label: t(`theme.${value}`),
      icon,
      checked: theme.value === value,
      run: choose(theme, value),
    })),
    { heading: t("menu.alerts") },
    {
      label: t(sound.value ? "menu.sound_off" : "menu.sound_on"),
      icon: sound.value ? "volume-2" : "volume-x",
      run: () => (sound.value = !sound.value),
    },
    {
      label: t(notifications.value ? "menu.notifications_off" : "menu.notifications_on"),
      icon: notifications.value ? "bell" : "bell-off",
      run: () => {
        notifications.value = !notifications.value;
        if (notifications.value) askForNotifications();
      },
    },
    { heading: t("menu.account") },
    {
      label: t("shortcuts.title"),
      icon: "keyboard",
      shortcut: "?",
      run: () => (dialog.value = { name: "shortcuts" }),
    },
    { label: t("menu.sign_out"), icon: "log-out", run: signOut },
  ];
  const mute = sound.value ? t("menu.sound_off") : t("menu.sound_on");
  return html`
    <${Button}
      kind="ghost"
      icon=${sound.value ? "volume-2" : "volume-x"}
      label=${mute}
      onClick=${() => (sound.value = !sound.value)}
    />
    <${Menu}
      className="account"
      label=${t("menu.label", { name: who.name })}
      items=${items}
      button=${html`<${Avatar} name=${who.name} />`}
    />
  `;
}
