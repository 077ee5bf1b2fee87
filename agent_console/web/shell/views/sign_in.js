// The door.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { LANGUAGES, t } from "../../shared/i18n/index.js";
import { language } from "../../shared/services/preferences.js";
import { Button, Icon } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { signIn } from "../../shared/services/session.js";

export function SignIn() {
  const busy = useSignal(false);
  const problem = useSignal("");
  const login = useRef(null);
  const password = useRef(null);
  useEffect(() => login.current?.focus(), []);
  const submit = async (event) => {
    event.preventDefault();
    busy.value = true;
    problem.value = "";
    try {
      await signIn(login.current.value.trim(), password.current.value);
    } catch (error) {
      problem.value = explain(error);
      password.current?.select();
    } finally {
      busy.value = false;
    }
  };
  return html`<main class="sign-in">
    <form class="sign-in-card" onSubmit=${submit} aria-describedby="sign-in-problem">
      <div class="sign-in-brand">
        <img src="/console/icon.svg" alt="" width="36" height="36" />
        <span>Filrouge</span>
      </div>
      <h1>${t("sign_in.title")}</h1>
      <label class="field">
        <span>${t("sign_in.login")}</span>
        <input
          ref=${login}
          name="login"
          autocomplete="username"
          autocapitalize="none"
          spellcheck=${false}
          required
        />
      </label>
      <label class="field">
        <span>${t("sign_in.password")}</span>
        <input ref=${password} name="password" type="password" autocomplete="current-password" required />
      </label>
      <p class="problem" id="sign-in-problem" role="alert">
        ${
          problem.value &&
          html`
            <${Icon} name="circle-alert" />
            ${" "}${problem.value}
          `
        }
      </p>
      <${Button} kind="primary" type="submit" disabled=${busy.value}>
        ${t(busy.value ? "sign_in.busy" : "sign_in.submit")}
      <//>
      <div class="sign-in-languages" role="group" aria-label=${t("menu.language")}>
        ${LANGUAGES.map(
          (code) => html`<button
            type="button"
            lang=${code}
            aria-pressed=${language.value === code}
            onClick=${() => (language.value = code)}
          >${{ fr: "Français", en: "English" }[code]}</button>`,
        )}
      </div>
    </form>
  </main>`;
}
