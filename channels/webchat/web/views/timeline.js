// The list of lines. Nodes are kept by key, so that nothing flickers, loses focus or is read aloud twice.

import { MINE, timeline } from "../models/chat.js";
import { pieces, size } from "../models/text.js";
import { byId, element } from "./dom.js";

export class Timeline {
  #nodes = new Map(); // key → {node, mark}
  #lines = byId("lines");
  #log = byId("log");
  #announcer = byId("announcer");
  #announced = null; // keys already shown; null before the first history
  #atEnd = true; // the visitor reads the last line: it stays in sight whatever grows around it
  #say;
  #when;
  #actions;

  constructor(say, when, actions) {
    this.#say = say;
    this.#when = when;
    this.#actions = actions;
    this.#log.setAttribute("aria-label", say("log"));
    let top = 0; // only going up leaves the end: what grows below must not
    this.#log.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#log;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < 48 || (this.#atEnd && scrollTop >= top);
      top = scrollTop;
    });
    const stay = new ResizeObserver(() => this.#atEnd && this.toEnd());
    for (const node of [this.#log, this.#lines, byId("typing")]) stay.observe(node);
  }

  render(state, greeting) {
    const shown = [
      { kind: "greeting", key: "greeting", text: greeting },
      ...timeline(state, this.#when.dayOf),
    ];
    const before = this.#nodes.size;
    this.#place(shown);
    this.#announce(state, shown);
    if (shown.length > before && shown.at(-1).line?.author === MINE) this.toEnd();
  }

  toEnd() {
    this.#atEnd = true;
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #place(shown) {
    const kept = new Map();
    let at = this.#lines.firstChild;
    for (const item of shown) {
      const mark = JSON.stringify(item, (name, value) =>
        name === "file" || name === "url" ? undefined : value,
      );
      const known = this.#nodes.get(item.key);
      const node = known?.mark === mark ? known.node : this.#make(item);
      if (node === at) at = at.nextSibling;
      else this.#lines.insertBefore(node, at);
      kept.set(item.key, { node, mark });
    }
    for (const { node } of this.#nodes.values())
      if (![...kept.values()].some((k) => k.node === node)) node.remove();
    this.#nodes = kept;
  }

  #make(item) {
    if (item.kind === "day") return element("li", { class: "day" }, this.#when.day(item.at));
    if (item.kind === "notice") return element("li", { class: "notice" }, this.#notice(item.notice));
    if (item.kind === "greeting") {
      return element("li", { class: "line first" }, element("div", { class: "bubble" }, item.text));
    }
    return this.#line(item);
  }

  #notice({ kind, name }) {
    const words = { joined: "noticeJoined", resolved: "noticeResolved", waiting: "noticeWaiting" };
    return this.#say(words[kind], { name });
  }

  #line({ line, first, status, code, id }) {
    const mine = line.author === MINE;
    const made = element("li", {
      class: `line${mine ? " mine" : ""}${first ? " first" : ""}`,
      "data-status": status,
      title: this.#when.time(line.at),
    });
    const author = this.author(line);
    if (mine || !first) made.append(element("span", { class: "unseen" }, `${author}: `));
    else made.append(element("span", { class: "author" }, author));
    if (line.text) made.append(element("div", { class: "bubble" }, ...pieces(line.text).map(shown)));
    for (const file of line.attachments ?? []) made.append(this.#file(file));
    if (mine && status !== "sent") made.append(this.#meta(status, code, id));
    return made;
  }

  author(line) {
    if (line.author === MINE) return this.#say("you");
    if (line.author === "agent") return line.author_name || this.#say("someone");
    return this.#say(line.author === "bot" ? "bot" : "system");
  }

  #file(file) {
    if (file.inline && file.url) {
      const picture = element("img", {
        class: "picture",
        src: file.url,
        alt: this.#say("picture", { name: file.name }),
        loading: "lazy",
      });
      return element("a", { href: file.url, target: "_blank", rel: "noopener" }, picture);
    }
    const weight = element("span", { class: "size" }, size(file.size, this.#when.language));
    const name = file.url
      ? element("a", { href: file.url, target: "_blank", rel: "noopener" }, file.name)
      : file.name;
    return element("div", { class: "bubble" }, element("span", { class: "file" }, name, weight));
  }

  #meta(status, code, id) {
    if (status !== "failed") return element("p", { class: "meta sending" }, this.#say("sending"));
    const why = code === "too_large" || code === "malformed" ? this.#say("refused") : this.#say("failed");
    return element(
      "p",
      { class: "meta failed" },
      `${why} `,
      element("button", { type: "button", onclick: () => this.#actions.retry(id) }, this.#say("retry")),
      " ",
      element("button", { type: "button", onclick: () => this.#actions.discard(id) }, this.#say("discard")),
    );
  }

  /** What others say, and what changes, is read aloud as it comes; the history is not. */
  #announce(state, shown) {
    if (this.#announced === null && state.connection !== "online") return;
    const keys = new Set(shown.map((item) => item.key));
    if (this.#announced !== null) {
      const news = shown.filter((item) => !this.#announced.has(item.key));
      const words = news.map((item) => {
        if (item.kind === "notice") return this.#notice(item.notice);
        if (item.kind !== "line" || item.line.author === MINE) return "";
        const files = (item.line.attachments ?? []).map((file) => file.name);
        return `${this.author(item.line)}: ${[item.line.text, ...files].filter(Boolean).join(", ")}`;
      });
      if (words.some(Boolean))
        this.#announcer.replaceChildren(...words.filter(Boolean).map((w) => element("p", {}, w)));
    }
    this.#announced = keys;
  }
}

function shown({ text, link }) {
  return link
    ? element("a", { href: link, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, text)
    : text;
}
