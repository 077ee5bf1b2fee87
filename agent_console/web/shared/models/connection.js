// The line to the server: it heals by itself and misses nothing.
//
// The socket and the clock are injected, so that all of this runs under node. After each (re)connection we
// ask for what happened since the last event we applied; what comes in meanwhile waits its turn. When the
// server no longer remembers that far, the owner reads a new snapshot and we go on from there.
//
// States: connecting → catching_up → online; lost → waiting → connecting …; signed_out ends it.

const PING_EVERY = 10_000;
const ANSWER_WITHIN = 8_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

export class Connection {
  #open;
  #since;
  #onEvents;
  #onReset;
  #onState;
  #onMessage;
  #timers;
  #random;
  #socket = null;
  #attempt = 0;
  #held = null;
  #retry = null;
  #ping = null;
  #stopped = true;
  #generation = 0;

  /**
   * @param open makes a socket (`on`, `emit`, `connect`, `disconnect`), not connected yet
   * @param since the seq of the last event that was applied
   * @param onEvents events in order, seen ones possibly among them
   * @param onReset reads a new snapshot; a promise
   * @param onState ({state, retryAt}) each time it changes
   * @param onMessage (name, payload) what is not stored: `typing`, `watchers`, `staff`
   */
  constructor({
    open,
    since,
    onEvents,
    onReset,
    onState,
    onMessage = () => {},
    timers = globalThis,
    random = Math.random,
  }) {
    this.#open = open;
    this.#since = since;
    this.#onEvents = onEvents;
    this.#onReset = onReset;
    this.#onState = onState;
    this.#onMessage = onMessage;
    this.#timers = timers;
    this.#random = random;
  }

  connect() {
    this.#stopped = false;
    this.#attempt = 0;
    this.#try();
  }

  disconnect() {
    this.#stopped = true;
    this.#drop();
  }

  /** The browser says the network is back: no use waiting. */
  wake() {
    if (this.#stopped || this.#retry === null) return;
    this.#attempt = 0;
    this.#try();
  }

  /** Sends what need not be kept; lost when offline. */
  tell(name, payload) {
    if (this.#held === null && this.#socket) this.#socket.emit(name, payload);
  }

  #try() {
    this.#drop();
    const generation = ++this.#generation;
    const current =
      (f) =>
      (...args) => {
        if (generation === this.#generation && !this.#stopped) f(...args);
      };
    this.#held = [];
    this.#onState({ state: "connecting", attempt: this.#attempt });
    const socket = this.#open();
    this.#socket = socket;
    socket.on(
      "connect",
      current(() => this.#resume(current)),
    );
    socket.on(
      "events",
      current((events) => this.#take(events)),
    );
    socket.on(
      "disconnect",
      current((reason) => this.#lost(reason)),
    );
    socket.on(
      "connect_error",
      current((error) => this.#lost(error)),
    );
    for (const name of ["typing", "watchers", "staff"])
      socket.on(name, (payload) => this.#onMessage(name, payload));
    this.#deadline(current);
    socket.connect();
  }

  /** A server that takes the connection and then says nothing is as good as gone. */
  #deadline(current) {
    this.#clear("ping");
    this.#ping = this.#timers.setTimeout(
      current(() => this.#lost("timeout")),
      ANSWER_WITHIN,
    );
  }

  #resume(current) {
    this.#onState({ state: "catching_up", attempt: this.#attempt });
    this.#deadline(current);
    this.#socket.emit(
      "resume",
      { since: this.#since() },
      current((answer) => this.#resumed(answer, current)),
    );
  }

  async #resumed(answer, current) {
    if (answer?.error) return this.#lost(answer.error);
    if (answer?.reset) {
      this.#clear("ping");
      try {
        await this.#onReset();
      } catch (error) {
        return current(() => this.#lost(error))();
      }
      // The snapshot took its time: ask for what came since it was read.
      return current(() => this.#resume(current))();
    }
    this.#onEvents([...(answer?.events ?? [])]);
    const held = this.#held;
    this.#held = null;
    if (held.length) this.#onEvents(held);
    this.#attempt = 0;
    this.#onState({ state: "online", attempt: 0 });
    this.#ask(current); // who was thought unreachable is back now, not in ten seconds
  }

  #take(events) {
    if (this.#held) this.#held.push(...events);
    else this.#onEvents(events);
  }

  #beat(current) {
    this.#clear("ping");
    this.#ping = this.#timers.setTimeout(
      current(() => this.#ask(current)),
      PING_EVERY,
    );
  }

  /** A sign of life, and the server's time. */
  #ask(current) {
    this.#deadline(current);
    this.#socket.emit(
      "ping",
      {},
      current((answer) => {
        if (answer?.error) return this.#lost(answer.error);
        this.#onMessage("pong", answer);
        this.#beat(current);
      }),
    );
  }

  #lost(reason) {
    this.#drop();
    const code = reason?.data?.code ?? reason?.code;
    if (code === "not_signed_in") {
      this.#stopped = true;
      return this.#onState({ state: "signed_out" });
    }
    const wait = waitBefore(this.#attempt++, this.#random());
    this.#onState({ state: "offline", retryIn: wait, attempt: this.#attempt });
    this.#retry = this.#timers.setTimeout(() => this.#try(), wait);
  }

  #drop() {
    this.#clear("retry");
    this.#clear("ping");
    this.#generation++;
    this.#held = [];
    const socket = this.#socket;
    this.#socket = null;
    socket?.disconnect();
  }

  #clear(which) {
    const timer = which === "retry" ? this.#retry : this.#ping;
    if (timer !== null) this.#timers.clearTimeout(timer);
    if (which === "retry") this.#retry = null;
    else this.#ping = null;
  }
}

/**
 * Milliseconds before try number `attempt`: doubling, bounded, and spread so that consoles don't come back at
 * once.
 */
export function waitBefore(attempt, random) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt) * (0.75 + random * 0.5);
}
