// One person: who they are, what they may do, what they can do, and whether they are let in.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { LANGUAGES, t, word } from "../../shared/i18n/index.js";
import { LEVELS, ROLES, knownSkills, skillNamed, worksAtDesk } from "../models/team.js";
import { language } from "../../shared/services/preferences.js";
import { discard, newPassword, setActive, team } from "../services/team.js";
import { ownRoles, roleName } from "../services/roles.js";
import { FormDialog, PasswordToHandOver, SelectField, TextField, Tick, useForm } from "./form.js";
import { Button, Icon, Tag } from "../../shared/kit/index.js";
import { explain, toast } from "../../shared/services/feedback.js";
import { can, me } from "../../shared/services/session.js";

export function PersonDialog({ person, onClose }) {
  const form = useForm("person", person);
  const done = useSignal(null);
  const administers = can("users.manage");
  useEffect(() => {
    if (person || form.draft.id || form.draft.touched.password) return;
    form.set("language", language.peek());
    form.set("password", newPassword());
  }, []);
  const finish = () => {
    discard(form.key);
    onClose();
  };
  if (done.value) return html`<${PasswordToHandOver} handover=${done.value} onClose=${finish} />`;
  const agent = worksAtDesk(form.draft, form.item);
  const leaves =
    Boolean(form.item) &&
    Object.keys(form.draft.touched).some((field) => field === "password" || field.startsWith("role."));
  const own = form.item?.id === me.value;
  return html`<${FormDialog}
    form=${form}
    title=${person ? person.name : t("team.add_person")}
    saved=${t("team.saved")}
    onClose=${onClose}
    onSaved=${(sent) => (done.value = sent.handover)}
    readOnly=${!administers && !form.item?.agent}
    note=${leaves && t(own ? "team.ends_own_sessions" : "team.ends_sessions")}
    extra=${administers && form.item && !own && html`<${Access} person=${form.item} />`}
  >
    ${
      administers
        ? html`
          <${Identity} form=${form} />
          <${Roles} form=${form} own=${own} />
        `
        : html`<${Known} person=${form.item} />`
    }
    ${
      agent
        ? html`
          <${Queues} form=${form} />
          <${Skills} form=${form} />
        `
        : html`<p class="dialog-hint">${t("team.only_agents")}</p>`
    }
  <//>`;
}

const languages = () => LANGUAGES.map((code) => [code, word("language", code)]);

function Identity({ form }) {
  return html`<div class="team-two">
    <${TextField} form=${form} field="name" label=${t("team.column.name")} maxlength="200" autofocus />
    ${
      form.draft.id
        ? html`<div class="field">
          <span>${t("team.column.login")}</span>
          <p class="team-fixed">${form.item?.login}</p>
        </div>`
        : html`<${TextField}
          form=${form}
          field="login"
          label=${t("team.column.login")}
          maxlength="100"
          autocapitalize="none"
          spellcheck="false"
        />`
    }
    <${SelectField} form=${form} field="language" label=${t("team.reads")} options=${languages()} />
    <${PasswordField} form=${form} />
  </div>`;
}

/** In clear: it is there to be handed over. */
function PasswordField({ form }) {
  const asked = useSignal(false);
  const fresh = !form.draft.id;
  const shown = fresh || asked.value || form.value("password") !== "";
  const generate = () => {
    asked.value = true;
    form.set("password", newPassword());
  };
  if (!shown)
    return html`<div class="field">
      <span>${t("team.password_label")}</span>
      <div>
        <${Button} icon="lock" onClick=${generate}>${t("team.new_password")}<//>
      </div>
    </div>`;
  return html`<div class="team-password">
    <${TextField}
      form=${form}
      field="password"
      className="mono"
      label=${t(fresh ? "team.first_password" : "team.new_password_label")}
      hint=${t("team.password_hint")}
      maxlength="1024"
      spellcheck="false"
      autocapitalize="none"
    />
    <${Button} icon="refresh-cw" label=${t("team.generate")} onClick=${generate} />
  </div>`;
}

function Roles({ form, own }) {
  const problem = form.draft.problems.roles;
  return html`<fieldset
    class="choices team-roles"
    aria-invalid=${problem ? "true" : undefined}
    tabindex=${problem ? "-1" : undefined}
  >
    <legend>${t("team.column.roles")}</legend>
    ${ROLES.map(
      (role) => html`<${Tick}
        key=${role}
        form=${form}
        field="role.${role}"
        disabled=${own && role === "admin"}
      >
        <b>${word("role", role)}</b>
        <small>${own && role === "admin" ? t("team.own_admin") : t(`team.role.${role}`)}</small>
      <//>`,
    )}
    ${ownRoles().map(
      (role) => html`<${Tick} key=${role.id} form=${form} field="role.${role.id}">
        <b>${role.name}</b>
        <small>${t("team.own_role")}</small>
      <//>`,
    )}
    ${problem && html`<p class="problem">${t(`team.problem.${problem.key}`, problem.values)}</p>`}
  </fieldset>`;
}

/** What a supervisor sees of a person and does not change. */
function Known({ person }) {
  return html`<dl class="team-known">
    <div>
      <dt>${t("team.column.login")}</dt>
      <dd>${person.login}</dd>
    </div>
    <div>
      <dt>${t("team.reads")}</dt>
      <dd>${word("language", person.language)}</dd>
    </div>
    <div>
      <dt>${t("team.column.roles")}</dt>
      <dd>
        ${person.roles.map(
          (role) => html`
            <${Tag} key=${role}>${roleName(role)}<//>
            ${" "}
          `,
        )}
      </dd>
    </div>
    <div>
      <dt>${t("team.column.state")}</dt>
      <dd>${t(person.active ? "team.active" : "team.inactive")}</dd>
    </div>
  </dl>`;
}

/** Their own first, as they were when the window opened. */
function Queues({ form }) {
  const first = useMemo(() => new Set(form.item?.queues), []);
  const queues = [...team.value.queues].sort((a, b) => first.has(b.id) - first.has(a.id));
  return html`<fieldset class="choices team-queues">
    <legend>${t("team.column.queues")}</legend>
    ${queues.length === 0 && html`<p class="dialog-hint">${t("team.no_queue")}</p>`}
    ${queues.map(
      (queue) => html`<${Tick} key=${queue.id} form=${form} field="queue.${queue.id}">${queue.name}<//>`,
    )}
  </fieldset>`;
}

function Skills({ form }) {
  const typed = useSignal("");
  const problem = useSignal(false);
  const here = [
    ...Object.keys(form.item?.skills ?? {}),
    ...Object.keys(form.draft.touched)
      .filter((field) => field.startsWith("skill."))
      .map((field) => field.slice(6)),
  ];
  const names = [...LANGUAGES, ...[...new Set(here)].filter((name) => !LANGUAGES.includes(name)).sort()];
  const add = () => {
    const name = skillNamed(typed.value);
    problem.value = name === null && typed.value.trim() !== "";
    if (name === null) return;
    if (!form.value(`skill.${name}`)) form.set(`skill.${name}`, 3);
    typed.value = "";
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    add();
  };
  return html`<fieldset class="team-skills">
    <legend>${t("team.skills_legend")}</legend>
    <div class="team-levels">
      ${names.map((name) => html`<${Level} key=${name} form=${form} name=${name} />`)}
    </div>
    <div class="team-add">
      <div class="field">
        <label for="team-skill">${t("team.other_skill")}</label>
        <input
          id="team-skill"
          list="team-skills"
          autocomplete="off"
          maxlength="64"
          value=${typed.value}
          onInput=${(event) => {
            typed.value = event.target.value;
            problem.value = false;
          }}
          onKeyDown=${keys}
          aria-invalid=${problem.value ? "true" : undefined}
          aria-describedby="team-skill-says"
          placeholder=${t("team.skill_placeholder")}
        />
        <datalist id="team-skills">
          ${knownSkills(team.value.users, names).map(
            (name) => html`<option key=${name} value=${name}></option>`,
          )}
        </datalist>
      </div>
      <${Button} icon="plus" disabled=${typed.value.trim() === ""} onClick=${add}>${t("team.add_skill")}<//>
      <p id="team-skill-says" class=${problem.value ? "problem" : "visually-hidden"} role="status">
        ${problem.value ? t("team.problem.skill") : ""}
      </p>
    </div>
  </fieldset>`;
}

function Level({ form, name }) {
  const field = `skill.${name}`;
  const level = form.value(field);
  const met = form.conflicts[field];
  return html`<div class=${level ? "" : "none"}>
    <label class="truncate" for="level-${name}">${skillText(name)}</label>
    <select
      id="level-${name}"
      value=${level}
      onChange=${(event) => form.set(field, Number(event.target.value))}
      aria-describedby=${met === undefined ? undefined : `met-${name}`}
    >
      ${[0, ...LEVELS].map(
        (value) => html`<option key=${value} value=${value} selected=${value === level}>
          ${value ? t("team.level", { level: value }) : t("team.level_none")}
        </option>`,
      )}
    </select>
    ${
      met !== undefined &&
      html`<small class="team-met" id="met-${name}">
        ${t("team.met", { value: met ? t("team.level", { level: met }) : t("team.level_none") })}
      </small>`
    }
  </div>`;
}

/** A skill by name; the languages by theirs. */
export const skillText = (name) =>
  LANGUAGES.includes(name) ? word("language", name) : name.replaceAll(/[-_]/g, " ");

/** Out at once, or in again: asked twice, because whoever is working is cut off. */
function Access({ person }) {
  const asked = useSignal(false);
  const busy = useSignal(false);
  const set = async (active) => {
    busy.value = true;
    try {
      await setActive(person, active);
      toast(t(active ? "team.reactivated" : "team.deactivated", { name: person.name }), { kind: "success" });
    } catch (error) {
      toast(explain(error), { kind: "danger" });
    }
    asked.value = false;
    busy.value = false;
  };
  if (!person.active)
    return html`<${Button} icon="log-in" disabled=${busy.value} onClick=${() => set(true)}>
      ${t("team.reactivate")}
    <//>`;
  if (!asked.value)
    return html`<${Button} icon="power" onClick=${() => (asked.value = true)}>${t("team.deactivate")}<//>`;
  return html`<span class="team-sure" role="group" aria-label=${t("team.deactivate")}>
    <span>
      <${Icon} name="triangle-alert" size=${14} />
      ${" "}${t("team.deactivate_sure")}
    </span>
    <${Button} kind="danger" disabled=${busy.value} onClick=${() => set(false)} autofocus>
      ${t("team.deactivate")}
    <//>
    <${Button} onClick=${() => (asked.value = false)}>${t("team.keep")}<//>
  </span>`;
}
