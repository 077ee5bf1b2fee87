// Where the console starts.

import { html, render } from "htm/preact";
import { begin } from "./services/session.js";
import { prepare, watchOffers } from "./services/alerts.js";
import { App } from "./views/app.js";

render(html`<${App} />`, document.getElementById("app"));
watchOffers();
addEventListener("pointerdown", prepare, { passive: true });
addEventListener("keydown", prepare, { passive: true });
begin();
