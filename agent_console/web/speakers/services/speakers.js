// Who uses the address a conversation comes from, and who is speaking.

import * as api from "../../shared/services/api.js";
import { attempt } from "../../shared/services/feedback.js";

const path = (id) => `/conversations/${encodeURIComponent(id)}`;

export const readSpeakers = (id) => api.get(`${path(id)}/speakers`);

/** `who` is {party} of the base or {name} of somebody new. */
export const saySpeaker = (id, who) => attempt(() => api.put(`${path(id)}/speaker`, who));

export const findPeople = (q) => api.get("/parties", { q, limit: 5 }).then((answer) => answer.items);
