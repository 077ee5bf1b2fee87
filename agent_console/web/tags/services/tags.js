// Tags, and what is put on customers and conversations.

import * as api from "../../shared/services/api.js";
import { collection } from "../../shared/services/entities.js";

export const tags = collection("tag", "/tags");

/** By name, as people look for them. */
export const sorted = () => [...tags.all.value].sort((a, b) => a.name.localeCompare(b.name));

/** `what` is `conversations` or `parties`. */
export const putOn = (what, id, add) => api.post(`/${what}/${encodeURIComponent(id)}/tags`, { add });
export const takeOff = (what, id, remove) => api.post(`/${what}/${encodeURIComponent(id)}/tags`, { remove });
