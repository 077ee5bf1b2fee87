// What happened to a customer, what was known when, and who looked.

import * as api from "../../shared/services/api.js";

const path = (id) => `/parties/${encodeURIComponent(id)}`;
const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value));

export const readTimeline = (id, kinds, cursor) =>
  api.get(`${path(id)}/timeline`, given({ kinds: kinds.join(","), cursor }));
export const readChanges = (id, field, cursor) => api.get(`${path(id)}/changes`, given({ field, cursor }));
export const readAsOf = (id, at) => api.get(`${path(id)}/as-of`, { at });
export const readLooks = (id, cursor) => api.get(`${path(id)}/looks`, given({ cursor }));
