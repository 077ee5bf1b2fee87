// Roles and what each opens; administrators make their own out of permissions.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { t, word } from "../../shared/i18n/index.js";
import { number } from "../../shared/i18n/format.js";
import { Button, Dialog, Loading, SchemaForm, Tag } from "../../shared/kit/index.js";
import { attempt, toast } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { known, ownRoles, roles } from "../services/roles.js";
import { team } from "../services/team.js";

export function Roles() {
  const open = useSignal(null);
  if (!known.value) return html`<${Loading} rows=${5} />`;
  const all = [
    ...known.value.built_in.map((role) => ({ ...role, id: role.name, label: word("role", role.name) })),
    ...ownRoles().map((role) => ({ ...role, label: role.name, own: role })),
  ];
  const having = (id) => team.value.users.filter((user) => user.roles.includes(id)).length;
  return html`
    <div class="team-bar">
      <p class="team-hint">${t("team.roles_hint")}</p>
      ${
        can("roles.manage") &&
        html`<${Button} kind="primary" icon="plus" onClick=${() => (open.value = { role: null })}>
          ${t("team.add_role")}
        <//>`
      }
    </div>
    <div class="card table-scroll" tabindex="0" role="group" aria-label=${t("team.tab.roles")}>
      <table class="team-table">
        <thead>
          <tr>
            <th scope="col">${t("team.column.name")}</th>
            <th scope="col">${t("team.column.permissions")}</th>
            <th scope="col" class="number">${t("team.column.users")}</th>
            <th scope="col">
              <span class="visually-hidden">${t("team.edit")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            (role) => html`<tr key=${role.id}>
              <th scope="row">
                <span class="with-avatar">
                  ${role.label}
                  ${!role.own && html`<${Tag}>${t("team.built_in")}<//>`}
                </span>
              </th>
              <td class="team-permissions">
                ${role.permissions.map((permission) => t(`permission.${permission}`)).join(" · ")}
              </td>
              <td class="number">${number(having(role.id))}</td>
              <td class="actions">
                ${
                  role.own &&
                  can("roles.manage") &&
                  html`<${Button}
                    small
                    icon="pencil"
                    label=${t("team.edit_one", { name: role.label })}
                    onClick=${() => (open.value = { role: role.own })}
                  />`
                }
              </td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${open.value && html`<${RoleDialog} role=${open.value.role} onClose=${() => (open.value = null)} />`}
  `;
}

function RoleDialog({ role, onClose }) {
  const words = known.value.permissions.map((permission) => [permission, t(`permission.${permission}`)]);
  const remove = async () => {
    if ((await attempt(() => roles.remove(role).then(() => true))) === undefined) return;
    toast(t("team.role_removed", { name: role.name }), { kind: "success" });
    onClose();
  };
  return html`<${Dialog} title=${role ? role.name : t("team.add_role")} onClose=${onClose} wide>
    <${SchemaForm}
      name="role"
      schema=${role ? "RoleChanges" : "NewRole"}
      thing=${role}
      labels=${{ name: t("team.column.name"), permissions: t("team.column.permissions") }}
      choices=${{ permissions: Object.fromEntries(words) }}
      onSave=${(body) => (role ? roles.change(role, body) : roles.add(body))}
      onDone=${onClose}
    />
    ${
      role &&
      html`<div class="tag-remove">
        <${Button} kind="ghost" icon="trash-2" onClick=${remove}>${t("team.remove_role")}<//>
      </div>`
    }
  <//>`;
}
