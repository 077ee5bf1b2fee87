// A postal address in the form of its country.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { Button, Dialog } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { language } from "../../shared/services/preferences.js";
import { settings } from "../../shared/services/session.js";
import { readAddressForm, writeAddress } from "../services/files.js";

const USES = ["home", "work", "billing", "delivery", "headquarters", "other"];
const PARTS = ["company", "recipient", "street", "postcode", "city", "district", "region", "sorting_code"];

/** `address`: what is changed, `{}` for a new one. */
export function AddressDialog({ party, address, onClose }) {
  const home = settings.value.country ?? "FR";
  const values = useSignal({
    use: address.use ?? (party.kind === "organisation" ? "headquarters" : "home"),
    country: address.country ?? home,
    preferred: address.preferred ?? false,
    ...Object.fromEntries(PARTS.map((part) => [part, address[part] ?? ""])),
  });
  const form = useSignal(null);
  const wrong = useSignal([]);
  const problem = useSignal("");
  const busy = useSignal(false);
  const root = useRef(null);
  const { country } = values.value;
  useEffect(() => {
    readAddressForm(country).then(
      (told) => (form.value = told),
      (error) => (problem.value = explain(error)),
    );
  }, [country]);
  const set = (part) => (event) => {
    values.value = { ...values.value, [part]: event.target.value };
    wrong.value = wrong.value.filter((one) => one !== part);
  };
  const submit = async (event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = "";
    try {
      await writeAddress(party.id, address.id, values.value);
      onClose();
    } catch (error) {
      wrong.value = error.code === "invalid_address" ? (error.details?.[0]?.parts ?? []) : [];
      problem.value = wrong.value.length ? t("address.mend") : explain(error);
      requestAnimationFrame(() => root.current?.querySelector("[aria-invalid=true]")?.focus());
    } finally {
      busy.value = false;
    }
  };
  const parts = form.value?.parts ?? ["recipient", "street", "postcode", "city"];
  return html`<${Dialog} title=${t(address.id ? "address.change" : "address.add")} onClose=${onClose}>
    <form class="address-form" ref=${root} onSubmit=${submit} noValidate>
      <div class="address-pair">
        <label>
          <span>${t("address.use")}</span>
          <select value=${values.value.use} onChange=${set("use")}>
            ${USES.map((use) => html`<option value=${use}>${t(`address_use.${use}`)}</option>`)}
          </select>
        </label>
        <label>
          <span>${t("address.country")}</span>
          <select value=${country} onChange=${set("country")}>
            ${countries().map(([code, name]) => html`<option value=${code}>${name}</option>`)}
          </select>
        </label>
      </div>
      ${parts.map(
        (part) => html`<${Part}
          key=${part}
          part=${part}
          form=${form.value}
          value=${values.value[part]}
          set=${set(part)}
          wrong=${wrong.value.includes(part)}
        />`,
      )}
      <label class="switch">
        <input
          type="checkbox"
          checked=${values.value.preferred}
          onChange=${(event) => (values.value = { ...values.value, preferred: event.target.checked })}
        />
        <span>${t("address.preferred")}</span>
      </label>
      ${problem.value && html`<p class="problem" role="alert">${problem.value}</p>`}
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit" disabled=${busy.value}>${t("action.save")}<//>
      </footer>
    </form>
  <//>`;
}

function Part({ part, form, value, set, wrong }) {
  const required = form?.required.includes(part);
  const shared = {
    value,
    onInput: set,
    "aria-invalid": wrong ? "true" : undefined,
    "aria-required": required ? "true" : undefined,
  };
  const regions = part === "region" ? (form?.regions ?? []) : [];
  return html`<label>
    <span>${t(`address.${part}`)}${required ? " *" : ""}</span>
    ${
      part === "street"
        ? html`<textarea rows="2" maxlength="300" ...${shared}></textarea>`
        : regions.length > 0
          ? html`<select ...${shared}>
            <option value="">–</option>
            ${regions.map(([code, name]) => html`<option value=${code}>${name}</option>`)}
          </select>`
          : html`<input
            maxlength="300"
            placeholder=${part === "postcode" ? form?.postcode_example : undefined}
            ...${shared}
          />`
    }
  </label>`;
}

const CODES = (
  "AD AE AR AT AU BE BG BL BR CA CH CL CN CO CY CZ DE DK DZ EE EG ES FI FR GB GF GP GR HK HR " +
  "HU IE IL IN IS IT JP KR LI LT LU LV MA MC MF MG MQ MT MU MX NC NL NO NZ PF PL PM PT RE RO " +
  "RS RU SA SE SG SI SK SN TN TR UA US WF YT ZA"
).split(" ");

/** [[code, name]] in the reader's language, by name. */
function countries() {
  const names = new Intl.DisplayNames(language.value, { type: "region" });
  return CODES.map((code) => [code, names.of(code)]).sort((one, other) =>
    one[1].localeCompare(other[1], language.value),
  );
}
