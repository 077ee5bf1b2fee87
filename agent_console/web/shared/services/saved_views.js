// Saved views of lists: my own, and those shared with everybody.

import { collection } from "./entities.js";

export const savedViews = collection("saved_view", "/saved-views");

export const viewsOf = (list) => savedViews.all.value.filter((view) => view.list === list);
