// What the browser keeps for a visitor: nothing before their first message, then their session and what is
// not yet sent.
//
// Each unsent message has a key of its own, so that two tabs never overwrite each other's. A browser that
// forbids storage loses only the memory of reloads.

const PREFIX = "filrouge.chat.";
const OUT = `${PREFIX}out.`;

export class Storage {
  #box = null;
  #allowed = false;

  constructor(box = reachable()) {
    this.#box = box;
    this.#allowed = this.token() !== null || this.messages().length > 0;
  }

  /** The visitor spoke: from now on things may be kept. */
  allow() {
    this.#allowed = true;
  }

  get allowed() {
    return this.#allowed;
  }

  token() {
    return this.#get("token");
  }

  session() {
    return this.#get("session") ?? "";
  }

  keepSession(token, session) {
    this.#set("token", token);
    this.#set("session", session);
  }

  keep(name, value) {
    this.#set(name, value === null ? null : JSON.stringify(value));
  }

  kept(name) {
    try {
      return JSON.parse(this.#get(name) ?? "null");
    } catch {
      return null;
    }
  }

  /** Files stay out: a reload loses them, and the visitor sees that they were not sent. */
  keepMessage({ id, text, at, session }) {
    this.#set(`out.${id}`, JSON.stringify({ id, text, at, session }));
  }

  dropMessage(id) {
    this.#set(`out.${id}`, null);
  }

  messages() {
    const found = [];
    try {
      for (let i = 0; i < (this.#box?.length ?? 0); i += 1) {
        const name = this.#box.key(i);
        if (name.startsWith(OUT)) found.push(JSON.parse(this.#box.getItem(name)));
      }
    } catch {
      return [];
    }
    return found
      .filter((m) => m && typeof m.id === "string" && typeof m.text === "string")
      .sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  /** Tells when another tab began or renewed the session. */
  onToken(listener) {
    globalThis.addEventListener?.("storage", (event) => {
      if (event.key === `${PREFIX}token` && event.newValue) listener(event.newValue);
    });
  }

  #get(name) {
    try {
      return this.#box?.getItem(PREFIX + name) ?? null;
    } catch {
      return null;
    }
  }

  #set(name, value) {
    if (!this.#allowed || !this.#box) return;
    try {
      if (value === null) this.#box.removeItem(PREFIX + name);
      else this.#box.setItem(PREFIX + name, value);
    } catch {
      this.#box = null; // full or forbidden: go on without
    }
  }
}

function reachable() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
