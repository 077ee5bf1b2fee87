// Menus.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon.js";

/**
 * A button with a menu: arrows move, Escape closes, the focus comes back. `items`: {label, icon, checked,
 * run} or {heading}
 */
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
    (
      root.current.querySelector("[aria-checked=true]") ?? root.current.querySelector("[role^=menuitem]")
    )?.focus();
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
    <button
      type="button"
      class="menu-button"
      aria-haspopup="menu"
      aria-expanded=${open.value}
      aria-controls=${open.value ? id : undefined}
      aria-label=${label}
      title=${label}
      onClick=${() => (open.value ? close() : (open.value = true))}
    >${button}</button>
    ${
      open.value &&
      html`<div role="menu" id=${id} class="menu ${align}" aria-label=${label}>
        ${items.map((item) => {
          if (item.heading) return html`<div class="menu-heading" role="presentation">${item.heading}</div>`;
          const role = item.checked === undefined ? "menuitem" : "menuitemradio";
          return html`<button
            type="button"
            role=${role}
            tabindex="-1"
            aria-checked=${item.checked}
            onClick=${() => {
              close();
              item.run();
            }}
          >
            ${item.dot && html`<span class="dot ${item.dot}"></span>`}
            ${item.icon && html`<${Icon} name=${item.icon} />`}
            <span lang=${item.lang}>${item.label}</span>
            ${item.checked && html`<${Icon} name="check" />`}
            ${item.shortcut && html`<kbd>${item.shortcut}</kbd>`}
          </button>`;
        })}
      </div>`
    }
  </div>`;
}
