// What came in and could not be read: kept as it was, looked at, and tried again.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import * as api from "../../shared/services/api.js";
import { Button, ChannelIcon, Dialog, Empty, Loading, Tag, When } from "../../shared/kit/index.js";
import { setAsideEvents } from "../services/news.js";
import { attempt, explain, toast } from "../../shared/services/feedback.js";

export function SetAside() {
  const items = useSignal(null);
  const problem = useSignal(null);
  const shown = useSignal(null);
  const read = () =>
    api.get("/set-aside").then(
      (a) => {
        items.value = a.items;
        problem.value = null;
      },
      (e) => (problem.value = e),
    );
  useEffect(() => void read(), [setAsideEvents.value]);
  const replay = async (item) => {
    const answer = await attempt(() => api.post(`/set-aside/${encodeURIComponent(item.id)}/replay`));
    if (answer !== undefined) toast(t("set_aside.replayed"), { kind: "success" });
    read();
  };
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("set_aside.title")}</h1>
      <p>${t("set_aside.hint")}</p>
    </header>
    ${
      problem.value &&
      !items.value &&
      html`<${Empty} icon="circle-alert" title=${explain(problem.value)}>
        <${Button} onClick=${read}>${t("action.retry")}<//>
      <//>`
    }
    ${!items.value && !problem.value && html`<${Loading} rows=${5} />`}
    ${
      items.value?.length === 0 &&
      html`<${Empty} icon="circle-check" title=${t("set_aside.none")}>${t("set_aside.none_hint")}<//>`
    }
    ${
      items.value?.length > 0 &&
      html`<div class="card table-scroll" tabindex="0" role="group" aria-label=${t("set_aside.title")}>
        <table>
          <thead>
            <tr>
              ${["channel", "account", "reason", "at", "state"].map(
                (name) => html`<th scope="col">${t(`set_aside.column.${name}`)}</th>`,
              )}
              <th scope="col">
                <span class="visually-hidden">${t("conversation.actions")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            ${items.value.map(
              (item) => html`<tr key=${item.id}>
                <td>
                  <${ChannelIcon} channel=${item.channel} quiet />
                  ${" "}${word("channel", item.channel)}
                </td>
                <td>${item.account}</td>
                <td>${item.reason}</td>
                <td>
                  <${When} at=${item.at} />
                </td>
                <td>
                  ${
                    item.replayed_at
                      ? html`<${Tag} kind="success" icon="check">${t("set_aside.done")}<//>`
                      : html`<${Tag} kind="warning">${t("set_aside.waiting")}<//>`
                  }
                </td>
                <td class="actions">
                  <${Button} small icon="eye" onClick=${() => (shown.value = item)}>
                    ${t("set_aside.raw")}
                  <//>
                  <${Button} small icon="rotate-ccw" onClick=${() => replay(item)}>
                    ${t("set_aside.replay")}
                  <//>
                </td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }
    ${shown.value && html`<${Raw} item=${shown.value} onClose=${() => (shown.value = null)} />`}
  </main>`;
}

function Raw({ item, onClose }) {
  const text = useSignal(null);
  useEffect(() => {
    fetch(api.rawUrl(item.id), { headers: { "X-Filrouge": "1" } })
      .then((r) => r.text())
      .then(
        (body) => (text.value = body),
        () => (text.value = ""),
      );
  }, []);
  return html`<${Dialog} wide title=${t("set_aside.raw_title")} onClose=${onClose}>
    <p class="dialog-hint">${item.reason}</p>
    ${
      text.value === null
        ? html`<${Loading} rows=${4} />`
        : html`<pre class="raw" tabindex="0">${text.value.slice(0, 50_000)}</pre>`
    }
  <//>`;
}
