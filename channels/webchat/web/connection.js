// The socket: connects, comes back by itself, and asks questions that either get an answer or a reason to try
// again.

import { io } from "./vendor/socket.io.js";
import { backoff } from "./models/patience.js";

const ANSWER_WITHIN = 8000;
const LIFE_WITHIN = 4000;

export class Connection {
  #socket;
  #refusals = 0;
  #timer = null;
  #wanted = false;

  /** `auth` gives the greeting each time; `on` hears session, line, state, queue, typing, and up / down. */
  constructor(auth, on) {
    this.#socket = io("/chat", {
      autoConnect: false,
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 10000,
      timeout: 8000,
      auth: (answer) => answer(auth()),
    });
    for (const event of ["session", "line", "state", "queue", "typing"]) {
      this.#socket.on(event, (data) => on(event, data));
    }
    this.#socket.on("here", (answer) => answer()); // the server asks whether the visitor is still there
    this.#socket.on("disconnect", () => {
      on("down");
      this.#again();
    });
    this.#socket.on("connect_error", () => {
      on("down");
      this.#again();
    });
    this.#socket.on("connect", () => (this.#refusals = 0));
  }

  get connected() {
    return this.#socket.connected;
  }

  open() {
    this.#wanted = true;
    if (!this.#socket.active) this.#socket.connect();
  }

  /** Connects anew, with a new greeting. */
  reopen() {
    this.#wanted = true;
    this.#socket.disconnect();
    this.#socket.connect();
  }

  /** The answer, or {error: {code: "try_later"}} when none came in time. */
  async ask(event, data = {}, within = ANSWER_WITHIN) {
    if (!this.#socket.connected) return { error: { code: "try_later" } };
    try {
      return (await this.#socket.timeout(within).emitWithAck(event, data)) ?? { error: { code: "error" } };
    } catch {
      return { error: { code: "try_later" } };
    }
  }

  /** After sleep a socket may look open and be dead: one question tells. */
  async prove(event, data) {
    if (!this.#wanted) return null;
    if (!this.#socket.connected) {
      this.open();
      return null;
    }
    const answer = await this.ask(event, data, LIFE_WITHIN);
    if (answer.error?.code === "try_later" && this.#socket.connected) this.reopen();
    return answer;
  }

  /** The library tries again after a lost line, but not after a refusal. */
  #again() {
    if (!this.#wanted || this.#socket.active || this.#timer !== null) return;
    this.#refusals += 1;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#wanted && !this.#socket.active) this.#socket.connect();
    }, backoff(this.#refusals));
  }
}
