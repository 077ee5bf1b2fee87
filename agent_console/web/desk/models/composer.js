// What an agent is writing: one draft per conversation, kept across reloads, sent once.
//
// A send has a key that the server knows a repeated command by. The key stays with the draft until the server
// has answered, and the text is locked meanwhile: when the network drops in between, the same words go out
// again with the same key, and the customer gets them once.

const BLANK = Object.freeze({
  mode: "reply",
  reply: "",
  note: "",
  files: [],
  channel: null,
  recipients: null,
  sending: null,
  problem: null,
});

export class Composer {
  #storage;
  #prefix;
  #post;
  #newKey;
  #listen;
  #drafts = new Map();

  /**
   * @param storage `getItem`, `setItem`, `removeItem`
   * @param post async ({kind, conversationId, epoch, text, key, attachments}) → the server's answer;
   *   throws errors with
   *   a `code`, and `network: true` when it is not known whether the server heard
   * @param listen (conversationId, draft) after each change
   */
  constructor({ storage, userId, post, newKey = () => crypto.randomUUID(), listen = () => {} }) {
    this.#storage = storage;
    this.#prefix = `filrouge.draft.${userId}.`;
    this.#post = post;
    this.#newKey = newKey;
    this.#listen = listen;
  }

  draft(id) {
    if (!this.#drafts.has(id)) this.#drafts.set(id, this.#restore(id));
    return this.#drafts.get(id);
  }

  hasDraft(id) {
    const { reply, note } = this.draft(id);
    return Boolean(reply.trim() || note.trim());
  }

  write(id, text) {
    const draft = this.draft(id);
    if (draft.sending) return;
    this.#set(id, { [draft.mode]: text, problem: null });
  }

  turnTo(id, mode) {
    if (!this.draft(id).sending) this.#set(id, { mode, problem: null });
  }

  /** The channel of the reply; null is where the customer last spoke. */
  useChannel(id, channel) {
    if (!this.draft(id).sending) this.#set(id, { channel });
  }

  /** Who the mail goes to; null is who the server would send it to. */
  address(id, recipients) {
    if (!this.draft(id).sending) this.#set(id, { recipients, problem: null });
  }

  attach(id, file) {
    this.#set(id, { files: [...this.draft(id).files, file] });
  }

  detach(id, fileId) {
    this.#set(id, { files: this.draft(id).files.filter((file) => file.id !== fileId) });
  }

  /** The agent has read the problem. */
  forgive(id) {
    this.#set(id, { problem: null });
  }

  /** Gives up a send whose end is not known; the text stays. */
  giveUp(id) {
    this.#set(id, { sending: null, problem: { code: "gave_up" } });
  }

  /**
   * Sends what is written; answers what the server answered, or null. Does nothing while a send is under way.
   */
  async send(id, epoch) {
    const draft = this.draft(id);
    const kind = draft.mode;
    const text = draft[kind];
    const files = kind === "reply" ? draft.files : [];
    if (draft.sending?.running || (!text.trim() && files.length === 0)) return null;
    const key = draft.sending?.key ?? this.#newKey();
    this.#set(id, { sending: { key, kind, epoch, running: true }, problem: null });
    const attachments = files.map((file) => file.id);
    return this.#deliver(id, {
      kind,
      conversationId: id,
      epoch,
      text,
      key,
      attachments,
      channel: draft.channel ?? undefined,
      ...(kind === "reply" && draft.recipients ? draft.recipients : {}),
    });
  }

  /** The network is back: sends again, with their keys, what may not have arrived. */
  async retry(ids = this.pending()) {
    for (const id of ids) {
      const { sending, mode } = this.draft(id);
      if (!sending || sending.running) continue;
      if (mode !== sending.kind) this.#set(id, { mode: sending.kind });
      await this.send(id, sending.epoch);
    }
  }

  /** Conversations with a send that is not over, also from before a reload. */
  pending() {
    const ids = [];
    for (let i = 0; i < (this.#storage.length ?? 0); i++) {
      const name = this.#storage.key(i);
      if (name?.startsWith(this.#prefix)) ids.push(name.slice(this.#prefix.length));
    }
    return [...new Set([...ids, ...this.#drafts.keys()])].filter((id) => this.draft(id).sending);
  }

  async #deliver(id, command) {
    try {
      const answer = await this.#post(command);
      this.#set(id, {
        [command.kind]: "",
        sending: null,
        ...(command.kind === "reply" ? { files: [], channel: null, recipients: null } : {}),
      });
      return answer;
    } catch (error) {
      if (error.network) {
        const sending = { ...this.draft(id).sending, running: false };
        this.#set(id, { sending, problem: { code: "network" } });
        return null;
      }
      this.#set(id, { sending: null, problem: { code: error.code ?? "error", message: error.message } });
      return null;
    }
  }

  #set(id, change) {
    const draft = { ...this.draft(id), ...change };
    this.#drafts.set(id, draft);
    this.#keep(id, draft);
    this.#listen(id, draft);
  }

  #keep(id, { mode, reply, note, files, channel, recipients, sending }) {
    const name = this.#prefix + id;
    try {
      if (!reply && !note && files.length === 0) this.#storage.removeItem(name);
      else {
        const kept = { mode, reply, note, files, channel, recipients, sending };
        this.#storage.setItem(name, JSON.stringify(kept));
      }
    } catch {
      // A full or forbidden storage must not stop anyone from writing; the draft then lives in memory only.
    }
  }

  #restore(id) {
    try {
      const kept = JSON.parse(this.#storage.getItem(this.#prefix + id) ?? "null");
      if (!kept) return BLANK;
      const sending = kept.sending ? { ...kept.sending, running: false } : null;
      return { ...BLANK, ...kept, sending, problem: sending ? { code: "network" } : null };
    } catch {
      return BLANK;
    }
  }
}
