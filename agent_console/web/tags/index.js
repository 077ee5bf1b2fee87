import "./strings/index.js";

export { TagChip, TagChips, TagEditor } from "./views/chips.js";
export { Tags } from "./views/tags.js";
