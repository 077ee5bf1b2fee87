// Long work in each of its states, one of which goes on while one looks.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { Button, Progress } from "../../shared/kit/index.js";

const TOTAL = 20_000;
const BATCH = 137;

const at = (seconds) => new Date(Date.UTC(2026, 2, 4, 10) + seconds * 1000).toISOString();
const job = (status, done, more) => ({
  id: status,
  status,
  done,
  total: TOTAL,
  problem: "",
  started_at: at(0),
  updated_at: at(done / 600),
  ...more,
});

export function ProgressExamples() {
  const running = useSignal(job("running", 0));
  useEffect(() => {
    const turn = setInterval(() => {
      const { status, done } = running.peek();
      if (status !== "running") return;
      const next = Math.min(TOTAL, done + BATCH);
      running.value = job(next === TOTAL ? "done" : "running", next);
    }, 200);
    return () => clearInterval(turn);
  }, []);
  const examples = [
    job("queued", 0, { total: null, started_at: null }),
    job("running", 4_200, { total: null }),
    job("done", TOTAL),
    job("cancelled", 7_400),
    job("failed", 900, { problem: t("kit.progress.problem") }),
  ];
  return html`<main class="page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${t("kit.progress")}</h1>
      <p>${t("kit.progress.hint")}</p>
    </header>
    <div class="kit-two">
      <section class="card kit-card">
        <${Progress}
          title=${t("kit.progress.now")}
          job=${running.value}
          onCancel=${() => (running.value = job("cancelled", running.value.done))}
        />
        <${Button} icon="refresh-cw" onClick=${() => (running.value = job("running", 0))}>
          ${t("kit.progress.again")}
        <//>
      </section>
      ${examples.map(
        (one, i) => html`<section class="card kit-card" key=${i}>
          <${Progress} title=${t("kit.progress.example")} job=${one} onCancel=${() => {}} />
        </section>`,
      )}
    </div>
  </main>`;
}
