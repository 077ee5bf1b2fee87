// The whole page: signed out, or at work.

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { listenToKeys } from "../services/keys.js";
import { page } from "../../shared/services/route.js";
import { Desk } from "../../desk/index.js";
import { ResolveDialog, TransferDialog } from "../../desk/views/dialogs.js";
import { ShortcutsDialog } from "./shortcuts.js";
import { Button, Empty, Icon } from "../../shared/kit/index.js";
import { Palette } from "./palette.js";
import { Rail } from "./rail.js";
import { SetAside } from "../../set_aside/index.js";
import { SignIn } from "./sign_in.js";
import { Team } from "../../team/index.js";
import { Topbar } from "./topbar.js";
import { Wall } from "../../live/index.js";
import { offers } from "../../desk/services/desk.js";
import { dialog, dismiss, toasts } from "../../shared/services/feedback.js";
import { line, roles, supervises, user } from "../../shared/services/session.js";

export function App() {
  if (user.value === undefined) return html`<${Starting} />`;
  return html`
    ${user.value ? html`<${AtWork} />` : html`<${SignIn} />`}
    <${Toasts} />
  `;
}

function Starting() {
  return html`<div class="starting" role="status">
    <img src="/console/icon.svg" alt="" width="40" height="40" />
    <span class="visually-hidden">Filrouge</span>
  </div>`;
}

function AtWork() {
  useEffect(listenToKeys, []);
  useTitle();
  return html`<div class="app">
    <a class="skip" href="#main" onClick=${focusMain}>${t("app.skip")}</a>
    <${Topbar} />
    <${Rail} />
    <${Page} />
    <${Offline} />
    <${Announcer} />
    <${OpenDialog} />
  </div>`;
}

function focusMain(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Page() {
  if (page.value === "live" && supervises.value) return html`<${Wall} />`;
  if (page.value === "set-aside" && supervises.value) return html`<${SetAside} />`;
  if (page.value === "admin" && (supervises.value || roles.value.has("admin"))) return html`<${Team} />`;
  if (!READERS.some((role) => roles.value.has(role))) return html`<${NoScreen} />`;
  return html`<${Desk} />`;
}

const READERS = ["agent", "supervisor", "crm", "admin"];

/** Who has no screen yet is told so, kindly. */
function NoScreen() {
  return html`<main class="page" id="main" tabindex="-1">
    <h1 class="visually-hidden">Filrouge</h1>
    <${Empty} icon="bot" title=${t("no_screen.title")}>${t("no_screen.hint")}<//>
  </main>`;
}

const DIALOGS = {
  palette: Palette,
  shortcuts: ShortcutsDialog,
  transfer: TransferDialog,
  resolve: ResolveDialog,
};

function OpenDialog() {
  const open = dialog.value;
  if (!open) return null;
  return html`<${DIALOGS[open.name]} ...${open} onClose=${() => (dialog.value = null)} />`;
}

/** Says what matters to those who don't see it. */
function Announcer() {
  const count = offers.value.length;
  const who = phone(offers.value[0]?.pop?.conversation?.party_name) ?? "";
  return html`<div class="visually-hidden" role="status" aria-live="assertive">
    ${count > 0 ? t("offer.announce", { count, who }) : ""}
  </div>`;
}

function Offline() {
  const { state, attempt } = line.value;
  const shown = state === "offline" || (state !== "online" && attempt > 0);
  return html`<div class="line-lost" role="status" hidden=${!shown}>
    ${
      shown &&
      html`
        <${Icon} name="wifi-off" />
        <span>${t(state === "offline" ? "line.offline" : "line.back")}</span>
      `
    }
  </div>`;
}

function Toasts() {
  return html`<div class="toasts" role="status" aria-live="polite">
    ${toasts.value.map(
      (shown) => html`<div key=${shown.id} class="toast ${shown.kind}">
        <span>${shown.text}</span>
        ${
          shown.action &&
          html`<${Button}
            small
            kind="ghost"
            onClick=${() => {
              dismiss(shown.id);
              shown.action.run();
            }}
          >${shown.action.label}<//>`
        }
        <${Button}
          small
          kind="ghost"
          icon="x"
          label=${t("action.close")}
          onClick=${() => dismiss(shown.id)}
        />
      </div>`,
    )}
  </div>`;
}

function useTitle() {
  const count = offers.value.length;
  useEffect(() => {
    document.title = count > 0 ? `(${count}) Filrouge` : "Filrouge";
  }, [count]);
}
