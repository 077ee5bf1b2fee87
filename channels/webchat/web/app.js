// The chat's page: what happens goes through the pure model, the views show what became of it.

import { Bridge } from "./bridge.js";
import { Connection } from "./connection.js";
import * as chat from "./models/chat.js";
import { backoff, isFinal } from "./models/patience.js";
import { When } from "./models/when.js";
import { Storage } from "./storage.js";
import { choose, speaker } from "./strings/index.js";
import { dress } from "./theme.js";
import { Composer } from "./views/composer.js";
import { byId } from "./views/dom.js";
import { Head } from "./views/head.js";
import { Timeline } from "./views/timeline.js";

// A look at the history while the chat is open, should a line have been lost on its way.
const HEAL_EVERY = 60000;
const TYPING_EVERY = 3000;
const UPLOAD_WITHIN = 120000;

class App {
  #state = chat.fresh();
  #storage = new Storage();
  #language;
  #entry;
  #page = "";
  #identity = null;
  #token = null;
  #ticket = "";
  #who = null;
  #open = false;
  #rendering = false;
  #typedAt = 0;
  #retry = null;
  #marked = {};
  #catching = null;
  #connection;
  #bridge;
  #say;
  #when;
  #head;
  #timeline;
  #composer;

  constructor() {
    const asked = new URLSearchParams(location.search);
    this.#language = choose(asked.get("language"), navigator.language);
    this.#entry = asked.get("entry") ?? "";
    document.documentElement.lang = this.#language;
    dress(asked.get("theme"), asked.get("accent"));
    this.#say = speaker(this.#language);
    this.#when = new When(this.#language, this.#say);
    this.#restore();
    this.#connection = new Connection(
      () => this.#greeting(),
      (event, data) => this.#hear(event, data),
    );
    this.#views();
    this.#listen();
    this.#bridge = new Bridge((type, data) => this.#bridged(type, data));
    this.#render();
  }

  // What was kept, and what is said when connecting

  #restore() {
    this.#token = this.#storage.token();
    this.#who = this.#storage.kept("who");
    let state = { ...this.#state, seen: this.#storage.kept("seen"), introduced: this.#who !== null };
    for (const message of this.#storage.messages()) state = chat.written(state, message);
    this.#state = state;
  }

  #greeting() {
    return {
      ...(this.#token ? { session: this.#token } : {}),
      language: this.#language,
      page: this.#page.slice(0, 2000),
      entry: this.#entry,
      ...(this.#identity ? { identity: this.#identity } : {}),
      ...(this.#state.cursor ? { after: this.#state.cursor } : {}),
      ...(this.#who?.email || this.#who?.name ? { visitor: this.#who } : {}),
    };
  }

  #views() {
    const send = (text) => this.#write({ text });
    this.#timeline = new Timeline(this.#say, this.#when, {
      retry: (id) => this.#change(chat.retried(this.#state, id)),
      discard: (id) => {
        this.#storage.dropMessage(id);
        this.#change(chat.dropped(this.#state, id));
      },
    });
    this.#composer = new Composer(this.#say, {
      send,
      file: (file) => this.#attach(file),
      typing: () => this.#typing(),
      draft: (text) => this.#storage.keep("draft", text || null),
    });
    this.#composer.restore(this.#storage.kept("draft"));
    this.#head = new Head(this.#say, this.#when, {
      close: () => this.#bridge.close(),
      choose: send,
      introduce: (who) => this.#introduce(who),
      later: () => this.#introduce({ name: "", email: "" }),
    });
    byId("close").hidden = window.parent === window;
  }

  #listen() {
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.#bridge.close();
    });
    document.addEventListener("visibilitychange", () => this.#wake());
    window.addEventListener("focus", () => this.#wake());
    window.addEventListener("online", () => this.#wake());
    window.addEventListener("offline", () => this.#change(chat.connection(this.#state, "offline")));
    setInterval(() => this.#open && !document.hidden && this.#catchUp(), HEAL_EVERY);
    setInterval(() => this.#state.typingUntil && this.#later(), 1000);
    this.#storage.onToken((token) => {
      if (token === this.#token || this.#storage.session() === this.#state.session) return;
      this.#token = token; // another tab of this visitor spoke first: one session for all their tabs
      if (this.#connection.connected) this.#connection.reopen();
    });
  }

  // The page around

  #bridged(type, data) {
    if (type === "start") {
      this.#identity = data.identity;
      this.#page = data.page ?? "";
      if (data.open) this.#show();
      else if (this.#token || this.#state.outbox.size) this.#connect();
    }
    if (type === "open") this.#show();
    if (type === "closed") this.#open = false;
    if (type === "identity") {
      this.#identity = data.identity;
      if (this.#state.connection !== "idle") this.#connection.reopen();
    }
  }

  #show() {
    this.#open = true;
    this.#connect();
    this.#renderNow();
    this.#timeline.toEnd();
    this.#composer.focus();
  }

  #connect() {
    if (this.#state.connection === "idle") this.#change(chat.connection(this.#state, "connecting"));
    this.#connection.open();
  }

  // What the server tells

  #hear(event, data) {
    if (event === "down") {
      if (this.#state.connection !== "idle") this.#change(chat.connection(this.#state, "offline"));
      return;
    }
    if (event === "session") return this.#greeted(data);
    if (event === "line") {
      const fresh = chat.isNewThread(this.#state, data);
      this.#change(chat.heard(this.#state, data));
      if (fresh) this.#catchUp();
      return;
    }
    if (event === "state") this.#change(chat.handled(this.#state, data));
    if (event === "queue") this.#change(chat.placed(this.#state, data));
    if (event === "typing" && data.thread === this.#state.talk?.thread)
      this.#change(chat.typing(this.#state, Date.now()));
  }

  #greeted(data) {
    if (data.identity === "refused") this.#bridge.refusedIdentity();
    if (data.renewed === "identity") this.#forget(data.session_id);
    this.#token = data.token;
    this.#ticket = data.upload;
    this.#marked = {};
    if (this.#storage.allowed) this.#storage.keepSession(data.token, data.session_id);
    this.#change(chat.welcomed(this.#state, data));
  }

  /** Another customer sits here now: nothing of the one before stays. */
  #forget(session) {
    for (const message of this.#storage.messages()) {
      if (message.session && message.session !== session) this.#storage.dropMessage(message.id);
    }
    for (const name of ["who", "draft", "seen"]) this.#storage.keep(name, null);
    this.#who = null;
  }

  #wake() {
    if (document.hidden || this.#state.connection === "idle") return;
    this.#render();
    this.#catchUp();
  }

  /** Reads what the history has since our cursor: no line is lost, whatever was lost on the way. */
  async #catchUp() {
    if (this.#catching) return;
    const { thread = "", position = 0 } = this.#state.cursor ?? {};
    this.#catching = this.#connection.prove("resume", { thread, after: position });
    const caught = await this.#catching;
    this.#catching = null;
    if (caught?.ok) this.#change(chat.caughtUp(this.#state, caught));
  }

  // What the visitor does

  #write(message) {
    const whole = {
      id: crypto.randomUUID?.() ?? randomId(),
      text: "",
      at: new Date().toISOString(),
      ...message,
    };
    this.#allow();
    this.#change(chat.written(this.#state, whole));
    if (!whole.file) this.#storage.keepMessage(this.#state.outbox.get(whole.id));
    this.#connect();
    this.#renderNow();
    this.#timeline.toEnd();
  }

  /**
   * From the first message on, things are kept; should another tab have spoken before, its session is ours
   * too.
   */
  #allow() {
    if (this.#storage.allowed) return;
    const other = this.#storage.token();
    this.#storage.allow();
    if (other && other !== this.#token) {
      this.#token = other;
      if (this.#connection.connected) this.#connection.reopen();
    } else if (this.#token) this.#storage.keepSession(this.#token, this.#state.session);
  }

  #attach(file) {
    const { file: most } = this.#state.limits;
    const id = crypto.randomUUID?.() ?? randomId();
    const shown = { name: file.name, size: file.size, type: file.type, blob: file };
    if (file.size > most || !file.size) {
      this.#change(
        chat.refused(
          chat.written(this.#state, { id, text: "", at: new Date().toISOString(), file: shown }),
          id,
          "too_large",
        ),
      );
      return;
    }
    this.#write({ id, file: shown });
  }

  async #pump() {
    const message = chat.due(this.#state);
    if (!message || this.#retry) return;
    this.#change(chat.sending(this.#state, message.id));
    const answer = message.file
      ? await this.#upload(message)
      : await this.#connection.ask("say", { id: message.id, text: message.text });
    if (answer.ok) {
      this.#storage.dropMessage(message.id);
      this.#change(chat.acknowledged(this.#state, message.id, answer));
      return;
    }
    if (isFinal(answer.error.code)) {
      this.#storage.dropMessage(message.id);
      this.#change(chat.refused(this.#state, message.id, answer.error.code));
      return;
    }
    const wait = (answer.error.after ?? 0) * 1000 || backoff(message.tries + 1);
    this.#retry = setTimeout(() => {
      this.#retry = null;
      this.#pump();
    }, wait);
    this.#change(chat.postponed(this.#state, message.id));
  }

  async #upload(message) {
    try {
      const answer = await fetch("/widget/api/upload", {
        method: "POST",
        body: message.file.blob,
        headers: {
          "Content-Type": "application/octet-stream",
          "X-Upload-Ticket": this.#ticket,
          "X-Client-Id": message.id,
          "X-Filename": encodeURIComponent(message.file.name),
        },
        signal: AbortSignal.timeout(UPLOAD_WITHIN),
      });
      const body = await answer.json();
      if (answer.ok) return body;
      return { error: body.error ?? { code: answer.status === 413 ? "too_large" : "error" } };
    } catch {
      return { error: { code: "try_later" } };
    }
  }

  #typing() {
    const now = Date.now();
    if (now - this.#typedAt < TYPING_EVERY || !this.#connection.connected) return;
    this.#typedAt = now;
    this.#connection.ask("typing");
  }

  #introduce(who) {
    this.#who = who;
    this.#storage.keep("who", who);
    this.#change({ ...this.#state, introduced: true });
    this.#composer.focus();
    if (who.email) this.#connection.ask("introduce", who);
  }

  // Showing

  #change(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#render();
    this.#pump();
  }

  #later() {
    if (this.#state.typingUntil < Date.now()) this.#change({ ...this.#state, typingUntil: 0 });
  }

  #render() {
    if (this.#rendering) return;
    this.#rendering = true;
    queueMicrotask(() => this.#renderNow());
  }

  #renderNow() {
    this.#rendering = false;
    const business = this.#state.business || document.querySelector('meta[name="business"]').content;
    this.#head.render(this.#state, business, Date.now());
    this.#composer.limit(this.#state.limits.text);
    this.#timeline.render(this.#state, this.#say(this.#state.online ? "hello" : "helloClosed"));
    this.#mark();
    this.#bridge?.unread(chat.unread(this.#state));
  }

  /** Tells what arrived, and what was read. */
  #mark() {
    const last = chat.lastTheirs(this.#state);
    if (!last || this.#state.connection !== "online") return;
    this.#tell("got", last);
    if (!this.#open || document.hidden) return;
    this.#state = chat.read(this.#state);
    this.#storage.keep("seen", this.#state.seen);
    this.#tell("seen", last);
  }

  async #tell(event, { thread, position }) {
    const place = `${thread}/${position}`;
    if (this.#marked[event] === place) return;
    this.#marked[event] = place;
    const answer = await this.#connection.ask(event, { thread, position });
    if (answer.error && this.#marked[event] === place) this.#marked[event] = "";
  }
}

/** For pages that are not served over https, where crypto.randomUUID is missing. */
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

new App();
