// Roles: the built-in ones by their words, own ones as administrators named them.

import { effect, signal } from "@preact/signals";
import { word } from "../../shared/i18n/index.js";
import * as api from "../../shared/services/api.js";
import { collection } from "../../shared/services/entities.js";
import { page } from "../../shared/services/route.js";
import { user } from "../../shared/services/session.js";

export const roles = collection("role", "/roles");
/** {permissions, built_in: [{name, permissions}]}, null before it was read */
export const known = signal(null);

export const ownRoles = () => [...roles.all.value].sort((a, b) => a.name.localeCompare(b.name));
export const roleName = (role) => roles.byId.value.get(role)?.name ?? word("role", role);

export async function readRoles() {
  const [told] = await Promise.all([api.get("/permissions"), roles.read()]);
  known.value = told;
}

effect(() => {
  if (page.value === "team" && user.value) readRoles().catch(() => {});
});
