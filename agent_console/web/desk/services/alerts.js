// Calls for attention when an offer comes: two notes made by the browser, and a notification. Both can be
// muted.

import { effect } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { notifications, sound } from "../../shared/services/preferences.js";
import { offers } from "./desk.js";

let audio = null;
const shown = new Map();

/** Starts to listen for offers. */
export function watchOffers() {
  let before = new Set();
  effect(() => {
    const now = new Map(offers.value.map((offer) => [offer.item.id, offer]));
    for (const [id, offer] of now) if (!before.has(id)) announce(offer);
    for (const id of before) if (!now.has(id)) forget(id);
    before = new Set(now.keys());
  });
}

/** Browsers allow sound and notifications only after the person did something. */
export function prepare() {
  if (sound.peek() && !audio && globalThis.AudioContext) audio = new AudioContext();
  audio?.resume?.().catch(() => {});
}

export async function askForNotifications() {
  if (!("Notification" in globalThis) || Notification.permission !== "default") return;
  await Notification.requestPermission().catch(() => {});
}

function announce(offer) {
  if (sound.peek()) ring();
  if (notifications.peek()) notify(offer);
}

function ring() {
  if (audio?.state !== "running") return;
  for (const [frequency, delay] of [
    [660, 0],
    [880, 0.16],
  ])
    note(frequency, audio.currentTime + delay);
}

function note(frequency, at) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.12, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.32);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.34);
}

function notify({ item, pop }) {
  if (!("Notification" in globalThis) || Notification.permission !== "granted" || document.hasFocus()) return;
  const who = phone(pop?.conversation?.party_name ?? pop?.party?.name) ?? "";
  const notification = new Notification(
    t("offer.notification", { who, channel: t(`channel.${item.channel}`) }),
    {
      body: pop?.conversation?.preview ?? "",
      tag: item.id,
    },
  );
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  shown.set(item.id, notification);
}

function forget(id) {
  shown.get(id)?.close();
  shown.delete(id);
}
