import "./strings/index.js";

export { Kit } from "./views/kit.js";
