// Where in the console one is, kept in the address so that a reload and a bookmark come back to it.
//
// `#/page/id?name=value`: what a list is filtered and sorted by is part of the address too.

import { computed, signal } from "@preact/signals";

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

/** Pages by the names they once had. */
const OLD = { wall: "live", admin: "team" };

/** {page, id, query}: the page is "" for the address without one, `id` null without. */
export const route = computed(() => parsed(hash.value));

function parsed(text) {
  const [path, search = ""] = text.replace(/^#\/?/, "").split("?");
  const [page = "", id = ""] = path.split("/");
  const query = Object.fromEntries(new URLSearchParams(search));
  if (page === "c") return { page: "desk", id: decoded(id), query };
  return { page: OLD[page] ?? page, id: decoded(id), query };
}

function decoded(id) {
  try {
    return id ? decodeURIComponent(id) : null;
  } catch {
    return null;
  }
}

export const page = computed(() => route.value.page);
export const selectedId = computed(() => (route.value.page === "desk" ? route.value.id : null));

export const linkTo = (id) => `#/c/${encodeURIComponent(id)}`;

/** The address of a page, or of one thing on it. */
export function addressOf(name, id = null, query = {}) {
  const said = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = said.length ? `?${new URLSearchParams(said)}` : "";
  return `#/${name}${id ? `/${encodeURIComponent(id)}` : ""}${search}`;
}

export function go(address) {
  location.hash = address;
  hash.value = location.hash;
}

/** Says what is shown now without a step back to what was. */
export function replace(address) {
  if (address === location.hash) return;
  history.replaceState(null, "", address);
  hash.value = location.hash;
}

export const openConversation = (id) => go(linkTo(id));
