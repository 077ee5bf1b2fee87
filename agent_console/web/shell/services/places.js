// The places open to the signed-in user, and their modules once loaded.

import { computed, effect, signal } from "@preact/signals";
import { route, replace } from "../../shared/services/route.js";
import { can, settings, user } from "../../shared/services/session.js";
import { PLACES, homeOf, isOpen, placeNamed } from "../models/places.js";

export const places = computed(() => PLACES.filter((place) => isOpen(place, can, settings.value.sandbox)));
export const home = computed(() => homeOf(can));

/** {name: view} of the places loaded so far */
export const loaded = signal({});
/** The error that kept a place from loading */
export const unloaded = signal(null);

export async function load(name) {
  const place = placeNamed(name);
  if (!place || loaded.peek()[name]) return;
  try {
    unloaded.value = null;
    const module = await place.load();
    loaded.value = { ...loaded.peek(), [name]: module[place.view] };
  } catch (error) {
    unloaded.value = error;
  }
}

/** The address without a page is home. */
effect(() => {
  if (user.value && route.value.page === "" && home.value) replace(`#/${home.value}`);
});
