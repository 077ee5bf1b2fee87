// A list read page by page, as far as someone scrolls: what a data table shows.

import { batch, signal } from "@preact/signals";
import * as api from "./api.js";

const PAGE = 100;

/**
 * `read({cursor, limit, ...query})` answers {items, next, total}. The state is a signal: {items, next, total,
 * near, loading, error, fresh, known}; `open(query)` begins anew, `more()` reads on.
 */
export class Pages {
  constructor(read) {
    this.read = read;
    this.state = signal(EMPTY);
    this.query = null;
    this.turn = 0;
  }

  /** Reads the first page, unless it is of the same query; `again` in any case. */
  open(query, { again = false } = {}) {
    const told = JSON.stringify(query);
    if (told === this.told && !again) return Promise.resolve();
    this.told = told;
    this.query = query;
    this.turn += 1;
    const before = this.state.peek();
    this.state.value = { ...EMPTY, items: before.items, total: before.total, fresh: true };
    return this.load(null, true);
  }

  more() {
    const { loading, next, error } = this.state.peek();
    if (loading || !next || error) return Promise.resolve();
    return this.load(next, false);
  }

  retry() {
    const { next, items } = this.state.peek();
    this.state.value = { ...this.state.peek(), error: null };
    return this.load(items.length && next ? next : null, !items.length || !next);
  }

  async load(cursor, fresh) {
    const { turn } = this;
    this.state.value = { ...this.state.peek(), loading: true, error: null };
    try {
      const answer = await this.read({ ...this.query, cursor, limit: PAGE });
      if (turn !== this.turn) return;
      const before = this.state.peek();
      this.state.value = {
        items: fresh ? answer.items : before.items.concat(answer.items),
        next: answer.next,
        total: fresh ? (answer.total ?? null) : before.total,
        near: fresh ? Boolean(answer.near) : before.near,
        loading: false,
        error: null,
        fresh: false,
        known: true,
      };
    } catch (error) {
      if (turn !== this.turn) return;
      this.state.value = { ...this.state.peek(), loading: false, error, fresh: false };
    }
  }

  /** Changes rows in place: `change(item)` answers the item, or another. */
  patch(change) {
    const state = this.state.peek();
    const items = state.items.map(change);
    if (items.some((item, i) => item !== state.items[i]))
      batch(() => (this.state.value = { ...state, items }));
  }
}

const EMPTY = {
  items: [],
  next: null,
  total: null,
  near: false,
  loading: false,
  error: null,
  fresh: false,
  known: false,
};

/** Pages of a list of the server's. */
export const pagesOf = (path) => new Pages((query) => api.get(path, query));

/** As `pagesOf`, of a list that also counts what it finds, with its first page. */
export const countedPagesOf = (path) =>
  new Pages((query) => api.get(path, { ...query, counted: query.cursor ? undefined : true }));
