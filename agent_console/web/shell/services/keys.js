// Shortcuts and commands: one list for the keyboard, the palette and the page that explains them.
//
// Single-letter keys work only outside of fields, and can be switched off (WCAG 2.1.4).

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { PRESENCES } from "../../shared/models/words.js";
import { byWaiting } from "../../desk/models/lists.js";
import { Icon } from "../../shared/kit/index.js";
import { language, shownTheme, singleKeys, sound, theme } from "../../shared/services/preferences.js";
import { go, openConversation, page, selectedId } from "../../shared/services/route.js";
import * as actions from "../../desk/services/actions.js";
import * as desk from "../../desk/services/desk.js";
import * as session from "../../shared/services/session.js";
import { dialog } from "../../shared/services/feedback.js";
import { PLACES } from "../models/places.js";
import { places } from "./places.js";

const current = () => desk.details.peek().byId[selectedId.peek()]?.conversation;
const currentIsMine = () => Boolean(current() && actions.isMine(current()));
const open = (name) => () => (dialog.value = { name, conversation: current() });

/** `when`: whether it makes sense now; shown in the palette then. */
const COMMANDS = [
  {
    key: "accept",
    keys: "a",
    icon: "check",
    when: () => desk.offers.peek().length > 0,
    run: () => actions.accept(desk.offers.peek()[0]),
  },
  {
    key: "decline",
    keys: "d",
    icon: "x",
    when: () => desk.offers.peek().length > 0,
    run: () => actions.decline(desk.offers.peek()[0]),
  },
  { key: "reply", keys: "r", icon: "reply", when: currentIsMine, run: () => compose("reply") },
  { key: "note", keys: "n", icon: "sticky-note", when: () => Boolean(current()), run: () => compose("note") },
  {
    key: "take",
    keys: "p",
    icon: "user-check",
    when: () => Boolean(current()) && !currentIsMine() && current().status !== "resolved",
    run: () => actions.take(current()),
  },
  { key: "transfer", keys: "t", icon: "arrow-right-left", when: currentIsMine, run: open("transfer") },
  { key: "resolve", keys: "e", icon: "circle-check", when: currentIsMine, run: open("resolve") },
  {
    key: "next",
    keys: "j",
    icon: "arrow-down",
    when: () => page.peek() === "desk",
    run: () => step(+1),
    quiet: true,
  },
  {
    key: "previous",
    keys: "k",
    icon: "arrow-up",
    when: () => page.peek() === "desk",
    run: () => step(-1),
    quiet: true,
  },
  ...PLACES.map((place) => ({
    key: `place-${place.name}`,
    keys: `g ${place.key}`,
    icon: place.icon,
    place: place.name,
    when: () => places.peek().includes(place),
    run: () => go(`#/${place.name}`),
  })),
  { key: "shortcuts", keys: "?", icon: "keyboard", when: () => true, run: open("shortcuts") },
];

/** What the palette offers: the commands that make sense now, and the choices of the menus. */
export function commands() {
  const presences = desk.agent.peek() ? PRESENCES : [];
  return [
    ...COMMANDS.filter((c) => !c.quiet && c.when()).map((c) => ({
      ...c,
      label: labelOf(c),
      shortcut: c.keys,
    })),
    ...presences.map((value) => ({
      key: `presence-${value}`,
      label: t("command.presence", { state: t(`presence.${value}`) }),
      run: () => actions.setPresence(value),
      icon: "circle-user",
    })),
    { key: "theme", label: t("command.theme"), icon: "sun-moon", run: toggleTheme },
    {
      key: "language",
      label: t("command.language"),
      icon: "languages",
      run: () => (language.value = language.peek() === "fr" ? "en" : "fr"),
    },
    {
      key: "sound",
      label: t(sound.peek() ? "menu.sound_off" : "menu.sound_on"),
      icon: "volume-2",
      run: () => (sound.value = !sound.peek()),
    },
    { key: "sign-out", label: t("menu.sign_out"), icon: "log-out", run: session.signOut },
  ].map((c) => ({ ...c, picture: html`<${Icon} name=${c.icon} />` }));
}

/** The list that `?` shows. */
export function shortcuts() {
  return [
    { keys: "Ctrl K", label: t("palette.open") },
    { keys: "Ctrl ↵", label: t("command.send") },
    ...COMMANDS.filter((c) => !c.place || c.when()).map((c) => ({ keys: c.keys, label: labelOf(c) })),
    { keys: "Esc", label: t("command.leave") },
  ];
}

const labelOf = (c) => (c.place ? t("command.go", { place: t(`nav.${c.place}`) }) : t(`command.${c.key}`));

const NEXT_LETTER = 1200; // milliseconds in which the second letter of two is waited for

let first = "";
let firstAt = 0;

export function listenToKeys() {
  document.addEventListener("keydown", pressed);
  return () => document.removeEventListener("keydown", pressed);
}

function pressed(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    dialog.value = dialog.peek()?.name === "palette" ? null : { name: "palette" };
    return;
  }
  if (event.key === "Escape" && isField(event.target) && !dialog.peek()) event.target.blur();
  if (!singleKeys.peek() || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (dialog.peek() || isField(event.target) || event.target.closest?.("dialog, [role=menu]")) return;
  // By when the keys were pressed: a page that is busy in between does not lose the first.
  const second = first && event.timeStamp - firstAt <= NEXT_LETTER;
  const typed = second ? `${first} ${event.key}` : event.key;
  first = event.key === "g" && !second ? "g" : "";
  firstAt = event.timeStamp;
  const command = COMMANDS.find((c) => c.keys === typed && c.when());
  if (!command) return;
  event.preventDefault();
  command.run();
}

const isField = (element) => Boolean(element.closest?.("input, textarea, select, [contenteditable=true]"));

function compose(mode) {
  desk.composer.turnTo(selectedId.peek(), mode);
  desk.noting.value = mode === "note" ? selectedId.peek() : null;
  requestAnimationFrame(() => document.getElementById("composer-text")?.focus());
}

/** To the next or previous conversation of the list on screen. */
function step(by) {
  const links = [...document.querySelectorAll(".worklist a[data-conversation]")];
  const ids = links.length
    ? links.map((a) => a.dataset.conversation)
    : [...desk.myConversations.peek()].sort(byWaiting).map((c) => c.id);
  if (ids.length === 0) return;
  const at = ids.indexOf(selectedId.peek());
  const to = ids[Math.min(ids.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
  openConversation(to);
  links.find((a) => a.dataset.conversation === to)?.scrollIntoView({ block: "nearest" });
}

function toggleTheme() {
  theme.value = shownTheme.peek() === "dark" ? "light" : "dark";
}
