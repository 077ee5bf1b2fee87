// Times that run.

import { html } from "htm/preact";
import { useComputed } from "@preact/signals";
import { duration, moment, when } from "../i18n/format.js";
import { elapsed, running, urgency } from "../models/clock.js";
import { clock, second } from "../services/clock.js";

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
