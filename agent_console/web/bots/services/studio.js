// The bots, and the draft that is open: read, changed one part at a time, and kept true by events.

import { computed, signal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import * as api from "../../shared/services/api.js";
import { attempt, toast } from "../../shared/services/feedback.js";
import { isOver, jobs, start } from "../../shared/services/jobs.js";
import { addressOf, go, route } from "../../shared/services/route.js";
import { listen } from "../../shared/services/stream.js";
import { ordered } from "../models/parts.js";

/** The kind of the job that trains. */
export const TRAINING = "train_bot";
const TRIES = 4;

/** All bots; null until they are read. */
export const bots = signal(null);
/** The error that kept them from being read. */
export const unread = signal(null);
/** {botId, language, parts: Map} of the bot on screen; null until it is read. */
export const draft = signal(null);
/** Its versions, newest first. */
export const versions = signal([]);
/** Counts how often what customers said was judged, so that the list is read again. */
export const judged = signal(0);

export const bot = computed(() => {
  const all = bots.value ?? [];
  return all.find((one) => one.id === route.value.id) ?? all[0] ?? null;
});
export const section = computed(() => route.value.query.at ?? "intents");
/** The version in training, whoever began it; and the reader's own job, which tells how far it is. */
export const training = computed(() => versions.value.find((one) => one.status === "training") ?? null);
export const job = computed(() => jobs.value.find((one) => one.kind === TRAINING && !isOver(one)) ?? null);

export const path = (id) => `/bots/${encodeURIComponent(id)}`;
const keyOf = (kind, name) => `${kind}/${name}`;

/** The address of a section of the studio, with the part that is open in it. */
export const addressIn = (at, part = "", more = {}) =>
  addressOf("bots", bot.value?.id, { at, part, ...more });
export const open = (at, part, more) => go(addressIn(at, part, more));

/** The parts of some kinds, by name. */
export const partsOf = (...kinds) =>
  ordered([...(draft.value?.parts.values() ?? [])].filter((part) => kinds.includes(part.kind)));
export const partOf = (kind, name) => draft.value?.parts.get(keyOf(kind, name)) ?? null;

export async function readBots() {
  try {
    bots.value = (await api.get("/bots")).items;
    unread.value = null;
  } catch (error) {
    unread.value = error;
  }
}

export async function readDraft(botId) {
  const found = await api.get(`${path(botId)}/draft`);
  keep(botId, found);
  return found;
}

function keep(botId, { language, parts, unplayed }) {
  const byKey = new Map(parts.map((part) => [keyOf(part.kind, part.name), part]));
  draft.value = { botId, language, parts: byKey, unplayed };
}

export async function readVersions(botId) {
  const before = new Map(versions.peek().map((one) => [one.id, one.status]));
  const { items } = await api.get(`${path(botId)}/versions`);
  versions.value = items;
  for (const one of items)
    if (before.get(one.id) === "training" && one.status !== "training") tellTrained(one);
}

function tellTrained({ id, number, status, problem }) {
  if (status === "failed") {
    toast(t("bots.not_trained", { number, problem }), { kind: "danger" });
    return;
  }
  toast(t("bots.trained", { number }), {
    kind: "success",
    action: { label: t("bots.see_figures"), run: () => open("evaluation", id) },
  });
}

export const readVersion = (botId, id) => api.get(`${path(botId)}/versions/${encodeURIComponent(id)}`);

/**
 * Writes one part: `change(value)` answers the value as it should be, null to take the part away, undefined
 * when what it would change is not there any more. When somebody else wrote it meanwhile it is read and
 * changed anew, so that nobody's work is lost. Answers whether it was written.
 */
export async function edit(kind, name, change) {
  const { id } = bot.peek();
  const done = await attempt(async () => {
    for (let tries = TRIES; ; tries -= 1) {
      const part = partOf(kind, name);
      const value = change(part ? structuredClone(part.value) : null);
      if (value === undefined) return gone();
      try {
        put(await api.put(`${path(id)}/draft/parts`, { kind, name, value, was: part?.etag ?? "" }));
        return true;
      } catch (error) {
        if (error.code !== "draft_changed" || tries === 0) throw error;
        await readDraft(id);
      }
    }
  });
  return done === true;
}

function gone() {
  toast(t("bots.gone_meanwhile"), { kind: "warning" });
  return false;
}

function put(part) {
  const parts = new Map(draft.peek().parts);
  if (part.value === null && part.etag === "") parts.delete(keyOf(part.kind, part.name));
  else parts.set(keyOf(part.kind, part.name), part);
  draft.value = { ...draft.peek(), parts };
  bots.value = bots.peek().map((one) => (one.id === draft.peek().botId ? { ...one, changed: true } : one));
}

/** Changes a part, and offers to put it back as it was. */
export async function editUndoable(kind, name, change, said) {
  const before = partOf(kind, name)?.value ?? null;
  if (!(await edit(kind, name, change))) return false;
  toast(said, { action: { label: t("action.undo"), run: () => edit(kind, name, () => before) } });
  return true;
}

export const train = (note) => attempt(() => start(`${path(bot.peek().id)}/train`, { note }));

/** Says which versions answer customers: {version id: per cent}. */
export async function publish(shares) {
  const done = await attempt(() => api.post(`${path(bot.peek().id)}/publish`, { shares }));
  if (done) bots.value = bots.peek().map((one) => (one.id === done.id ? done : one));
  return Boolean(done);
}

export async function restore(version) {
  const { id } = bot.peek();
  const found = await attempt(() =>
    api.post(`${path(id)}/versions/${encodeURIComponent(version.id)}/restore`),
  );
  if (found) keep(id, found);
  return Boolean(found);
}

export const tryOut = (body) => api.post(`${path(bot.peek().id)}/try`, body);

export const readFiles = (botId) => api.get(`${path(botId)}/draft/files`).then(({ items }) => items);
export const writeFile = (botId, body) => api.put(`${path(botId)}/draft/files`, body);
const SETTINGS = "filrouge.yml";

/** From the next training on this share of known requests is kept, and as much refused as that allows. */
export async function keepShare(kept) {
  const { id } = bot.peek();
  return attempt(async () => {
    const there = (await readFiles(id)).find((one) => one.path === SETTINGS);
    const line = `  kept: ${kept.toFixed(3)}`;
    const text = there?.text.match(/^ +kept:.*$/m)
      ? there.text.replace(/^ +kept:.*$/m, line)
      : `${there?.text ?? 'version: "3.1"\n'}out_of_scope:\n${line}\n`;
    await writeFile(id, { path: SETTINGS, text, was: there?.etag ?? "" });
    await readBots();
    return true;
  });
}

export const exportUrl = (botId) => `/api/v1${path(botId)}/export`;

export async function importProject(file) {
  const { id } = bot.peek();
  const found = await attempt(() => api.sendFile(`${path(id)}/import`, file));
  if (!found) return;
  keep(id, found);
  toast(t("bots.imported", { count: found.parts.length }), { kind: "success" });
}

export async function addBot(body) {
  const made = await api.post("/bots", body);
  bots.value = [...bots.peek(), made];
  go(addressOf("bots", made.id));
}

export async function rename(name) {
  const done = await attempt(() => api.patch(path(bot.peek().id), { name }));
  if (done) bots.value = bots.peek().map((one) => (one.id === done.id ? done : one));
  return Boolean(done);
}

export async function removeBot() {
  const { id } = bot.peek();
  if ((await attempt(() => api.remove(path(id)))) === undefined) return false;
  bots.value = bots.peek().filter((one) => one.id !== id);
  go("#/bots");
  return true;
}

export const readReview = (botId) => api.get(`${path(botId)}/review`).then(({ items }) => items);
export const readUnknown = (botId) => api.get(`${path(botId)}/unknown`).then(({ items }) => items);
export const judge = (body) => attempt(() => api.post(`${path(bot.peek().id)}/review`, body));
export const readTalks = (botId) => api.get(`${path(botId)}/talks`).then(({ days }) => days);

/** What others do to the bot on screen is read again, not more than once for many events at a time. */
let soon = null;
function refresh() {
  clearTimeout(soon);
  soon = setTimeout(async () => {
    await readBots();
    const now = bot.peek();
    if (now && draft.peek()) await Promise.all([readVersions(now.id), readDraft(now.id)]).catch(() => {});
  }, 250);
}

listen({
  events(events) {
    if (!bots.peek()) return;
    const news = events.filter(({ name, data }) => name === "EntityChanged" && data.kind === "bot");
    if (news.some(({ data }) => data.id === "review")) judged.value += 1;
    if (news.some(({ data }) => data.id !== "review")) refresh();
  },
  snapshot() {
    if (bots.peek()) refresh();
  },
  left() {
    bots.value = null;
    draft.value = null;
    versions.value = [];
  },
});
