// A person's mark: initials on a colour of their own.

import { html } from "htm/preact";
import { Icon } from "./icon.js";

export function Avatar({ name = "", kind, size = "" }) {
  if (kind === "bot")
    return html`<span class="avatar bot ${size}" aria-hidden="true">
      <${Icon} name="bot" />
    </span>`;
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
