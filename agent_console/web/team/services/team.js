// The Team page's dealings with the server: reading the team, keeping it true, and saving what was changed.
//
// Forms live here and not in their windows: one that is closed by mistake, or broke off with the line, is
// there again.

import { batch, effect, signal } from "@preact/signals";
import * as model from "../models/team.js";
import * as api from "../../shared/services/api.js";
import { page } from "../../shared/services/route.js";
import { can, me, staffEvents, user } from "../../shared/services/session.js";

/** {users, queues, entries}, or null before it was read */
export const team = signal(null);
export const problem = signal(null);
/** {key: draft} of all forms that were begun */
export const forms = signal({});
/** The form being sent */
export const sending = signal(null);

let reading = null;
let again = false;

/** Reads everything once; asked while it reads, it reads once more. */
export function readTeam() {
  if (reading) again = true;
  reading ??= readAll().finally(() => {
    reading = null;
    if (again) readTeam().catch(() => {});
    again = false;
  });
  return reading;
}

async function readAll() {
  try {
    const paths = ["/users", "/queues", "/entry-points", ...(can("bots.read") ? ["/bots"] : [])];
    const [users, queues, entries, bots] = await Promise.all(paths.map((path) => api.get(path)));
    batch(() => {
      team.value = {
        users: users.items,
        queues: queues.items,
        entries: entries.items,
        bots: bots?.items ?? [],
      };
      problem.value = null;
    });
  } catch (error) {
    problem.value = error;
    throw error;
  }
}

effect(() => {
  if (staffEvents.value >= 0 && page.value === "team" && user.value) readTeam().catch(() => {});
});

/** Nobody finds the forms of the one who sat here before. */
let owner = null;
effect(() => {
  if (!me.value || me.value === owner) return;
  owner = me.value;
  batch(() => {
    forms.value = {};
    team.value = null;
  });
});

export const formOf = (kind, item) => forms.value[model.keyOf(kind, item)] ?? model.draftOf(kind, item);

const keep = (key, draft) => (forms.value = { ...forms.peek(), [key]: draft });

export function discard(key) {
  const { [key]: _, ...rest } = forms.peek();
  forms.value = rest;
}

export function change(kind, original, field, value) {
  const key = model.keyOf(kind, original);
  const draft = forms.peek()[key] ?? model.draftOf(kind, original);
  keep(key, model.touch(draft, model.itemOf(team.peek(), draft), field, value));
}

export const newPassword = () => model.passwordFrom(crypto.getRandomValues(new Uint8Array(16)));

/**
 * Sends what the form changes, step by step. Answers the form when all was taken, else null: then it says why
 * not.
 */
export async function save(kind, original) {
  if (sending.peek() || !team.peek()) return null;
  const key = model.keyOf(kind, original);
  const before = forms.peek()[key] ?? model.draftOf(kind, original);
  const problems = model.check(before, model.itemOf(team.peek(), before), team.peek());
  keep(key, { ...before, problems, refusal: null });
  if (Object.keys(problems).length) return null;
  sending.value = key;
  try {
    await sendAll(key);
    return forms.peek()[key];
  } catch (error) {
    refused(key, error);
    return null;
  } finally {
    sending.value = null;
  }
}

async function sendAll(key) {
  // What another changed a moment ago is part of what is sent: roles go out as a whole.
  await readTeam();
  if (forms.peek()[key]) keep(key, model.adopted(forms.peek()[key], team.peek()));
  for (let draft; (draft = forms.peek()[key]); ) {
    const step = model.nextStep(draft, model.itemOf(team.peek(), draft));
    if (!step) return;
    const answer = await api.send(step.method, step.path, step.body).catch((error) => {
      if (error.network && forms.peek()[key]) keep(key, model.inDoubt(forms.peek()[key], team.peek()));
      throw error;
    });
    batch(() => {
      team.value = model.withAnswer(team.peek(), answer);
      if (forms.peek()[key]) keep(key, model.settled(draft, step, answer, forms.peek()[key]));
    });
    ownName(answer.user);
  }
}

function refused(key, error) {
  if (!error.code) throw error;
  const draft = forms.peek()[key];
  if (!draft) return;
  const problems = model.problemsOf(error);
  const refusal = Object.keys(problems).length ? null : error;
  keep(key, { ...draft, problems, refusal });
}

/** The header shows the new name at once when it is one's own. */
function ownName(changed) {
  if (changed && changed.id === me.peek()) user.value = { ...user.peek(), name: changed.name };
}

/** Lets a person in again, or out at once. Throws what the server refused. */
export async function setActive(person, active) {
  team.value = model.withAnswer(
    team.peek(),
    await api.patch(`/users/${encodeURIComponent(person.id)}`, { active }),
  );
}

export async function forgetAddress({ channel, address }) {
  team.value = model.withAnswer(team.peek(), await api.remove("/entry-points", { channel, address }));
}
