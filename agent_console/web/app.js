// Where the console starts.

import { html, render } from "htm/preact";
import { prepare, watchOffers } from "./desk/services/alerts.js";
import { App } from "./shell/views/app.js";
import "./shell/strings/index.js";
import { begin } from "./shared/services/session.js";

render(html`<${App} />`, document.getElementById("app"));
watchOffers();
addEventListener("pointerdown", prepare, { passive: true });
addEventListener("keydown", prepare, { passive: true });
begin();
