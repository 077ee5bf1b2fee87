// Where in the console one is, kept in the address so that a reload and a bookmark come back to it.

import { computed, signal } from "@preact/signals";

const hash = signal(location.hash);
addEventListener("hashchange", () => (hash.value = location.hash));

const OLD = { wall: "live" };
const PAGES = ["live", "set-aside", "admin"];

/** {page: "desk" | "live" | "set-aside" | "admin", id} */
export const route = computed(() => {
  const [page = "", id] = hash.value.replace(/^#\/?/, "").split("/");
  if (page === "c") return { page: "desk", id: id ? decodeURIComponent(id) : null };
  const known = OLD[page] ?? page;
  return { page: PAGES.includes(known) ? known : "desk", id: id ?? null };
});

export const page = computed(() => route.value.page);
export const selectedId = computed(() => (route.value.page === "desk" ? route.value.id : null));

export const linkTo = (id) => `#/c/${encodeURIComponent(id)}`;

export function go(address) {
  location.hash = address;
  hash.value = location.hash;
}

export const openConversation = (id) => go(linkTo(id));
