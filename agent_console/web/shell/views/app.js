// The whole page: signed out, or at work.

import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { phone } from "../../shared/i18n/format.js";
import { listenToKeys } from "../services/keys.js";
import { go, page } from "../../shared/services/route.js";
import { Desk } from "../../desk/index.js";
import { ResolveDialog, TransferDialog } from "../../desk/views/dialogs.js";
import { ShortcutsDialog } from "./shortcuts.js";
import { Button, Empty, Icon, Loading } from "../../shared/kit/index.js";
import { Palette } from "./palette.js";
import { Rail } from "./rail.js";
import { JobsTray } from "./jobs_tray.js";
import { home, load, loaded, places, unloaded } from "../services/places.js";
import { railOpen } from "../../shared/services/preferences.js";
import { SignIn } from "./sign_in.js";
import { Topbar } from "./topbar.js";
import { offers } from "../../desk/services/desk.js";
import { dialog, dismiss, toasts } from "../../shared/services/feedback.js";
import { line, user } from "../../shared/services/session.js";

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
  return html`<div class="app ${railOpen.value ? "rail-open" : ""}">
    <a class="skip" href="#main" onClick=${focusMain}>${t("app.skip")}</a>
    <${Topbar} />
    <${Rail} />
    <${Page} />
    <${Offline} />
    <${Announcer} />
    <${JobsTray} />
    <${OpenDialog} />
  </div>`;
}

function focusMain(event) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** The place of the address, once it is loaded; the desk comes with the start. */
function Page() {
  const name = page.value || home.value;
  const place = places.value.find((one) => one.name === name);
  useEffect(() => void (place && load(place.name)), [place?.name]);
  if (!place) return html`<${Closed} />`;
  const View = place.name === "desk" ? Desk : loaded.value[place.name];
  if (View) return html`<${View} />`;
  return html`<main class="page" id="main" tabindex="-1">
    <h1 class="visually-hidden">${t(`nav.${place.name}`)}</h1>
    ${
      unloaded.value
        ? html`<${Empty} icon="wifi-off" title=${t("error.network")}>
          <${Button} onClick=${() => load(place.name)}>${t("action.retry")}<//>
        <//>`
        : html`<${Loading} rows=${6} />`
    }
  </main>`;
}

/** An address that is not open to one's roles, or is none. */
function Closed() {
  return html`<main class="page" id="main" tabindex="-1">
    <h1 class="visually-hidden">Filrouge</h1>
    <${Empty} icon="lock" title=${t(home.value ? "closed.title" : "closed.nothing")}>
      ${t(home.value ? "closed.hint" : "closed.nothing_hint")}
      ${
        home.value &&
        html`<${Button} kind="primary" onClick=${() => go(`#/${home.value}`)}>
          ${t("closed.home", { place: t(`nav.${home.value}`) })}
        <//>`
      }
    <//>
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
