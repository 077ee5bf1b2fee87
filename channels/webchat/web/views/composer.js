// Where the visitor writes: Enter sends, Shift+Enter breaks the line, files come by button, drop or paste.

import { byId, setText } from "./dom.js";

const NEAR = 200; // characters before the limit at which they are counted aloud

export class Composer {
  #form = byId("composer");
  #text = byId("message");
  #send = byId("send");
  #counter = byId("counter");
  #say;
  #limit = 4000;

  constructor(say, { send, file, typing, draft }) {
    this.#say = say;
    setText(byId("message-label"), say("message"));
    this.#text.placeholder = say("placeholder");
    name(this.#send, say("send"));
    name(byId("attach"), say("attach"));
    const submit = () => {
      const text = this.#text.value.trim();
      if (!text || text.length > this.#limit) return;
      this.#text.value = "";
      this.#measure();
      draft("");
      send(text);
    };
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
      this.focus();
    });
    this.#text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    this.#text.addEventListener("input", () => {
      this.#measure();
      draft(this.#text.value);
      if (this.#text.value) typing();
    });
    this.#files(file);
    this.#text.disabled = false; // until here Enter would have been lost
    this.#measure();
  }

  focus() {
    this.#measure(); // nothing has a height before it is shown
    this.#text.focus({ preventScroll: true });
  }

  restore(text) {
    if (text && !this.#text.value) {
      this.#text.value = text;
      this.#measure();
    }
  }

  limit(characters) {
    if (this.#limit === characters) return;
    this.#limit = characters;
    this.#measure();
  }

  #measure() {
    const length = this.#text.value.trim().length;
    const left = this.#limit - length;
    this.#send.disabled = !length || left < 0;
    this.#counter.classList.toggle("over", left < 0);
    setText(
      this.#counter,
      left < 0 ? this.#say("tooLong", { over: -left }) : left < NEAR ? this.#say("left", { left }) : "",
    );
    this.#text.style.height = "auto";
    this.#text.style.height = `${Math.min(132, Math.max(40, this.#text.scrollHeight))}px`;
  }

  #files(take) {
    const input = byId("file");
    byId("attach").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      for (const file of input.files) take(file);
      input.value = "";
    });
    this.#text.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length) event.preventDefault();
      for (const file of files) take(file);
    });
    const chat = byId("chat");
    chat.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      chat.classList.add("dropping");
    });
    for (const ended of ["dragleave", "drop"])
      chat.addEventListener(ended, () => chat.classList.remove("dropping"));
    chat.addEventListener("drop", (event) => {
      event.preventDefault();
      for (const file of event.dataTransfer.files) take(file);
    });
  }
}

function name(button, label) {
  button.setAttribute("aria-label", label);
  button.title = label;
}
