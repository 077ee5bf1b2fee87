// The header: whose chat this is, who answers, what is wrong; and the small things above the composer.

import { asksWho, choices, waits } from "../models/chat.js";
import { byId, element, setText } from "./dom.js";

export class Head {
  #say;
  #when;
  #who = byId("who");
  #choices = byId("choices");
  #offered = "";
  #choose;

  constructor(say, when, { close, choose, introduce, later }) {
    this.#say = say;
    this.#when = when;
    this.#choose = choose;
    const button = byId("close");
    button.setAttribute("aria-label", say("close"));
    button.title = say("close");
    button.addEventListener("click", close);
    this.#choices.setAttribute("aria-label", say("choices"));
    this.#form(introduce, later);
  }

  render(state, business, now) {
    setText(byId("title"), business || this.#say("title"));
    setText(byId("status"), this.#status(state));
    const lost = state.connection === "offline";
    byId("trouble").hidden = !lost;
    setText(byId("trouble"), lost ? this.#say("offline") : "");
    const types = state.typingUntil > now;
    byId("typing").hidden = !types;
    setText(
      byId("typist"),
      types ? this.#say("typing", { name: state.talk?.handler.name || this.#say("someone") }) : "",
    );
    this.#who.hidden = !asksWho(state);
    this.#offer(choices(state));
  }

  #status(state) {
    const { talk, queue } = state;
    if (state.connection === "connecting") return this.#say("connecting");
    if (talk?.status === "resolved") return this.#say("resolved");
    if (talk?.handler.kind === "agent")
      return this.#say("withAgent", { name: talk.handler.name || this.#say("someone") });
    if (waits(state)) {
      if (!state.online) return this.#closed(state);
      if (queue?.place === 1) return this.#say("next");
      return queue ? this.#say("place", { place: queue.place }) : this.#say("waiting");
    }
    if (talk?.handler.kind === "bot") return this.#say("withBot");
    return state.online ? this.#say("online") : this.#closed(state);
  }

  #closed(state) {
    return state.opensAt ? this.#say("opens", { when: this.#when.soon(state.opensAt) }) : this.#say("closed");
  }

  #offer(titles) {
    const offered = JSON.stringify(titles);
    if (offered === this.#offered) return;
    this.#offered = offered;
    this.#choices.hidden = !titles.length;
    this.#choices.replaceChildren(
      ...titles.map((title) =>
        element("button", { type: "button", onclick: () => this.#choose(title) }, title),
      ),
    );
  }

  #form(introduce, later) {
    const email = byId("who-email");
    setText(byId("who-title"), this.#say("whoTitle"));
    setText(byId("who-name-label"), this.#say("name"));
    setText(byId("who-email-label"), this.#say("email"));
    setText(byId("who-save"), this.#say("save"));
    setText(byId("who-later"), this.#say("later"));
    byId("who-later").addEventListener("click", later);
    this.#who.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = !email.value.trim() || !email.checkValidity();
      email.setAttribute("aria-invalid", String(wrong));
      setText(byId("who-error"), wrong ? this.#say("badEmail") : "");
      if (wrong) email.focus();
      else introduce({ name: byId("who-name").value.trim(), email: email.value.trim() });
    });
  }
}
