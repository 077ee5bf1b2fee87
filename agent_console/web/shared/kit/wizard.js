// The wizard: one step after the other, each checked before the next, back without losing anything.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../i18n/index.js";
import { Button } from "./button.js";
import { Icon } from "./icon.js";

/**
 * `steps`: {id, title, render(), check()}; `check` answers a text when something is missing, else nothing.
 */
export function Wizard({ label, steps, finish, onFinish }) {
  const at = useSignal(0);
  const problem = useSignal("");
  const heading = useRef(null);
  const step = steps[at.value];
  const last = at.value === steps.length - 1;
  const turn = (to) => {
    problem.value = "";
    at.value = to;
    requestAnimationFrame(() => heading.current?.focus());
  };
  const next = (event) => {
    event.preventDefault();
    problem.value = step.check?.() || "";
    if (problem.value) return;
    if (last) onFinish();
    else turn(at.value + 1);
  };
  return html`<form class="wizard" aria-label=${label} onSubmit=${next}>
    <ol class="wizard-steps">
      ${steps.map(
        (one, i) => html`<li
          key=${one.id}
          class=${i < at.value ? "done" : ""}
          aria-current=${i === at.value ? "step" : undefined}
        >
          <button type="button" disabled=${i > at.value} onClick=${() => turn(i)}>
            <span class="wizard-mark">
              ${i < at.value ? html`<${Icon} name="check" size=${13} />` : i + 1}
            </span>
            ${one.title}
          </button>
        </li>`,
      )}
    </ol>
    <h2 ref=${heading} tabindex="-1">${step.title}</h2>
    <div class="wizard-body" key=${step.id}>${step.render()}</div>
    ${problem.value && html`<p class="problem" role="alert">${problem.value}</p>`}
    <footer>
      <span>${t("wizard.step", { at: at.value + 1, of: steps.length })}</span>
      ${at.value > 0 && html`<${Button} onClick=${() => turn(at.value - 1)}>${t("wizard.back")}<//>`}
      <${Button} kind="primary" type="submit">${last ? finish : t("wizard.next")}<//>
    </footer>
  </form>`;
}
