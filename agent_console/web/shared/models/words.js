// The words the server and the console share: channels, states, and what an agent's units cost.

export const CHANNELS = ["webchat", "sms", "email", "voice"];

/** Seconds an offer lasts unless its queue says otherwise, by channel. */
export const OFFER_SECONDS = { voice: 20, webchat: 30, sms: 60, email: 300 };

/** What an agent may say of themselves, in the order of the menu. */
export const PRESENCES = ["available", "busy", "on_break", "training", "offline"];

export const BREAK_REASONS = ["lunch", "short_break", "meeting", "personal"];

export const OUTCOMES = ["answered", "resolved", "no_answer", "duplicate", "spam", "other"];

export const FAMILIES = [
  "identity",
  "coordinates",
  "socio_demographic",
  "socio_cultural",
  "behavioural",
  "relational",
];

export const isFailed = (delivery) => delivery?.state === "failed" || delivery?.state === "bounced";
