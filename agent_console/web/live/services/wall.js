// The live page's figures: read when it opens, kept true by events.

import { effect, signal } from "@preact/signals";
import * as api from "../../shared/services/api.js";
import { page } from "../../shared/services/route.js";
import { listen } from "../../shared/services/stream.js";
import * as model from "../models/wall.js";

/** null until it was read, and while another page is shown */
export const wall = signal(null);

export async function readWall() {
  wall.value = model.wallOf(await api.get("/wall"));
}

listen({
  snapshot() {
    if (wall.peek()) wall.value = { ...wall.peek(), doubt: true };
  },
  events(events) {
    if (wall.peek()) wall.value = events.reduce(model.reduce, wall.peek());
  },
  left() {
    wall.value = null;
  },
});

effect(() => {
  if (page.value !== "live") wall.value = null;
});
