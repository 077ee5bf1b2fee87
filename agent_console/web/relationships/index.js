import "./strings/index.js";

export { Relationships } from "./views/relationships.js";
