// Possible duplicates: read, decided, taken back.

import { signal } from "@preact/signals";
import { t } from "../../shared/i18n/index.js";
import * as api from "../../shared/services/api.js";
import { attempt, toast } from "../../shared/services/feedback.js";
import * as jobs from "../../shared/services/jobs.js";
import { listen } from "../../shared/services/stream.js";

/** Whom each customer may be the same as, by id; read when shown. */
export const likely = signal({});

/** Counts how often who may be the same as whom became something else. */
export const changes = signal(0);

listen({
  events(events) {
    const news = events.filter(({ name }) => name === "DuplicatesChanged");
    if (news.length) changes.value += 1;
    for (const { data } of news) if (likely.peek()[data.party_id]) readLikely(data.party_id);
  },
  left() {
    likely.value = {};
  },
});

const path = (id) => `/parties/${encodeURIComponent(id)}`;

export async function readLikely(id) {
  const { items } = await api.get(`${path(id)}/duplicates`).catch(() => ({ items: [] }));
  likely.value = { ...likely.peek(), [id]: items };
}

export const readPairs = (state, cursor) =>
  api.get("/duplicates", { state, limit: 50, ...(cursor ? { cursor } : {}) });

export const compare = (one, other) => api.get(`${path(one)}/compare/${encodeURIComponent(other)}`);

export const mergesOf = (id) => api.get(`${path(id)}/merges`);
export const readMerge = (id) => api.get(`/merges/${encodeURIComponent(id)}`);

export const check = (written) => api.post("/duplicates/check", written);

export const readQuality = () => api.get("/duplicates/quality");

export const learnAll = () => attempt(() => jobs.start("/duplicates/learn", {}));

export const searchAll = () => attempt(() => jobs.start("/duplicates/search", {}));

/**
 * Makes the two one, and offers to take it back, as if nobody had decided. Answers the merge, or nothing when
 * it was refused.
 */
export async function merge(winner, loser, take, { onUndone } = {}) {
  const answer = await attempt(() => api.post("/merges", { winner: winner.id, loser: loser.id, take }));
  if (!answer) return undefined;
  toast(t("duplicates.merged", { name: loser.name }), {
    kind: "success",
    action: {
      label: t("action.undo"),
      run: async () => {
        if ((await undo(answer.merge.id, [])) && (await reopen(winner, loser))) onUndone?.();
      },
    },
  });
  return answer.merge;
}

export async function undo(mergeId, give) {
  const answer = await attempt(() => api.post(`/merges/${encodeURIComponent(mergeId)}/undo`, { give }));
  if (answer) toast(t("duplicates.split", { name: answer.merge.loser_name }), { kind: "success" });
  return answer;
}

export async function sayNotSame(one, other, { onUndone } = {}) {
  const pair = { one: one.id, other: other.id };
  const answer = await attempt(() => api.post("/duplicates/not-same", pair));
  if (!answer) return false;
  toast(t("duplicates.said_two"), {
    action: {
      label: t("action.undo"),
      run: async () => {
        if (await reopen(one, other)) onUndone?.();
      },
    },
  });
  return true;
}

export const reopen = (one, other) =>
  attempt(() => api.post("/duplicates/reopen", { one: one.id, other: other.id }));
