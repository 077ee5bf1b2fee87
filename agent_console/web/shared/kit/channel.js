// A channel's mark.

import { html } from "htm/preact";
import { t } from "../i18n/index.js";
import { Icon } from "./icon.js";

const CHANNEL_ICONS = { email: "mail", sms: "smartphone", voice: "phone", webchat: "message-circle" };

export function ChannelIcon({ channel, size = 16, quiet }) {
  const label = quiet ? undefined : t(`channel.${channel}`);
  return html`<span class="channel channel-${channel}">
    <${Icon} name=${CHANNEL_ICONS[channel] ?? "circle"} size=${size} label=${label} />
  </span>`;
}
