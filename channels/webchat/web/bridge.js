// Between the chat's frame and the page it stands in. The page learns nothing but that it should close, and a
// count.

export class Bridge {
  #framed = window.parent !== window;

  constructor(on) {
    if (!this.#framed) {
      queueMicrotask(() => on("start", { open: true, identity: null, page: "" }));
      return;
    }
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.data?.filrouge !== 1) return;
      on(event.data.type, event.data);
    });
    this.#tell("ready");
  }

  get framed() {
    return this.#framed;
  }

  close() {
    this.#tell("close");
  }

  unread(count) {
    this.#tell("unread", { count });
  }

  refusedIdentity() {
    this.#tell("identity-refused");
  }

  #tell(type, data = {}) {
    if (this.#framed) window.parent.postMessage({ filrouge: 1, type, ...data }, "*");
  }
}
