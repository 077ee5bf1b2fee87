import "./strings/index.js";

export { shownChance } from "./models/compare.js";
export { check } from "./services/duplicates.js";
export { Likely } from "./views/likely.js";
export { Merges } from "./views/merges.js";
export { Reasons } from "./views/side_by_side.js";
