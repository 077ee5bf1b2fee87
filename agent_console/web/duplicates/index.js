import "./strings/index.js";

export { Likely } from "./views/likely.js";
export { Merges } from "./views/merges.js";
