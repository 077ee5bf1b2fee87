// The record page: head, facts on one side, tabs with the rest, a panel on the other side.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";

/** `tabs`: {id, label, count, render()}; `facts` and `side` are what stands beside them. */
export function RecordPage({
  name,
  title = name,
  picture,
  subtitle,
  actions,
  facts,
  factsLabel,
  tabs,
  side,
  sideLabel,
  back,
}) {
  return html`<main class="page record" id="main" tabindex="-1">
    <header class="record-head">
      ${back}
      ${picture}
      <div class="record-title">
        <h1>${title}</h1>
        <p>${subtitle}</p>
      </div>
      <div class="record-actions">${actions}</div>
    </header>
    <div class="record-body ${side ? "with-side" : ""}">
      <section class="record-facts card" aria-label=${factsLabel}>${facts}</section>
      <div class="record-main card">
        <${Tabs} tabs=${tabs} label=${name} />
      </div>
      ${side && html`<aside class="record-side card" aria-label=${sideLabel}>${side}</aside>`}
    </div>
  </main>`;
}

/** Tabs by the pattern: arrows move, the panel follows. */
export function Tabs({ tabs, label }) {
  const id = useId();
  const chosen = useSignal(tabs[0].id);
  const now = tabs.find((tab) => tab.id === chosen.value) ?? tabs[0];
  const keys = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const to = tabs[(tabs.indexOf(now) + by + tabs.length) % tabs.length];
    chosen.value = to.id;
    requestAnimationFrame(() => document.getElementById(`${id}-${to.id}`)?.focus());
  };
  return html`
    <div class="tabs" role="tablist" aria-label=${label} onKeyDown=${keys}>
      ${tabs.map(
        (tab) => html`<button
          type="button"
          role="tab"
          key=${tab.id}
          id=${`${id}-${tab.id}`}
          aria-selected=${tab === now}
          aria-controls=${`${id}-panel`}
          tabindex=${tab === now ? 0 : -1}
          onClick=${() => (chosen.value = tab.id)}
        >
          ${tab.label}
          ${tab.count !== undefined && html`<span class="count">${tab.count}</span>`}
        </button>`,
      )}
    </div>
    <div
      class="tab-panel"
      role="tabpanel"
      id=${`${id}-panel`}
      aria-labelledby=${`${id}-${now.id}`}
      tabindex="0"
    >${now.render()}</div>
  `;
}

/** What happened, newest first: `entries` {id, at, icon, title, text, href}. */
export function RecordTimeline({ entries, when }) {
  return html`<ol class="record-timeline">
    ${entries.map(
      (entry) => html`<li key=${entry.id}>
        <span class="record-mark">${entry.picture}</span>
        <div>
          <p>
            ${entry.href ? html`<a href=${entry.href}>${entry.title}</a>` : html`<b>${entry.title}</b>`}
            ${" "}
            <small>${when(entry.at)}</small>
          </p>
          ${entry.text && html`<p class="truncate">${entry.text}</p>`}
        </div>
      </li>`,
    )}
  </ol>`;
}
