// Writing down a new customer, with whom they may be while one types.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { percent, phone } from "../../shared/i18n/format.js";
import { Avatar, Button, Dialog } from "../../shared/kit/index.js";
import { explain, toast } from "../../shared/services/feedback.js";
import { addressOf, go } from "../../shared/services/route.js";
import { Reasons, check, shownChance } from "../../duplicates/index.js";
import { addCustomer } from "../services/files.js";

const PAUSE = 250; // milliseconds without a key before we ask
const EMPTY = { kind: "person", name: "", birth_date: "", phone: "", email: "", number: "" };

export function NewCustomer({ onClose }) {
  const form = useSignal(EMPTY);
  const found = useSignal([]);
  const problem = useSignal("");
  const busy = useSignal(false);
  const asked = useRef(0);
  useEffect(() => {
    const mine = ++asked.current;
    const timer = setTimeout(async () => {
      if (form.value.name.trim().length < 2) {
        found.value = [];
        return;
      }
      const answer = await check(written(form.value)).catch(() => null);
      if (answer && mine === asked.current) found.value = answer.items;
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [form.value]);
  const set = (field) => (event) => (form.value = { ...form.value, [field]: event.target.value });
  const submit = async (event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = "";
    try {
      const file = await addCustomer({ ...written(form.value), anyway: found.value.length > 0 });
      onClose();
      toast(t("customers.added", { name: phone(file.party.name) }), { kind: "success" });
      go(addressOf("customers", file.party.id));
    } catch (error) {
      problem.value = explain(error);
      if (error.code === "possible_duplicates") found.value = (await check(written(form.value))).items;
    } finally {
      busy.value = false;
    }
  };
  const field = (name, label, props = {}) => html`<label>
    <span>${label}</span>
    <input value=${form.value[name]} onInput=${set(name)} ...${props} />
  </label>`;
  const person = form.value.kind === "person";
  return html`<${Dialog} title=${t("customers.new")} onClose=${onClose}>
    <form class="new-customer" onSubmit=${submit}>
      <label>
        <span>${t("customers.column.kind")}</span>
        <select value=${form.value.kind} onChange=${set("kind")}>
          ${["person", "organisation"].map(
            (kind) => html`<option value=${kind}>${t(`party.${kind}`)}</option>`,
          )}
        </select>
      </label>
      ${field("name", t("customer.name"), { required: true, maxlength: 200, autofocus: true })}
      ${
        person
          ? field("birth_date", word("field", "birth_date"), { type: "date", max: "9999-12-31" })
          : field("number", word("field", "registration_number"), { maxlength: 40 })
      }
      ${field("phone", word("kind", "phone"), { type: "tel", maxlength: 40 })}
      ${field("email", word("kind", "email"), { type: "email", maxlength: 254 })}
      <${Found} items=${found.value} onOpen=${onClose} />
      ${problem.value && html`<p class="problem" role="alert">${problem.value}</p>`}
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit" disabled=${busy.value}>
          ${t(found.value.length > 0 ? "customers.add_anyway" : "customers.add")}
        <//>
      </footer>
    </form>
  <//>`;
}

function Found({ items, onOpen }) {
  return html`<div role="status" class=${items.length > 0 ? "likely" : "visually-hidden"}>
    ${items.slice(0, 3).map(
      (item) => html`<div key=${item.party.id}>
        <p>
          <${Avatar} name=${item.party.name} size="small" />
          <b>${t("duplicates.likely", { name: phone(item.party.name) })}</b>
          <small>${percent(shownChance(item.probability))}</small>
          <a href=${addressOf("customers", item.party.id)} onClick=${onOpen}>
            ${t("duplicates.open_file")}
          </a>
        </p>
        <${Reasons} reasons=${item.reasons} />
      </div>`,
    )}
  </div>`;
}

/** As the server takes it: what is empty is left out. */
function written({ kind, name, birth_date, phone: tel, email, number }) {
  const points = [
    ["phone", tel],
    ["email", email],
  ];
  const person = kind === "person";
  return {
    kind,
    name: name.trim(),
    ...(person && birth_date ? { birth_date } : {}),
    contact_points: points
      .filter(([, value]) => value.trim())
      .map(([of, value]) => ({ kind: of, value: value.trim() })),
    numbers: !person && number.trim() ? { registration_number: number.trim() } : {},
  };
}
