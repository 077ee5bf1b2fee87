import "./strings/index.js";

export { Wall } from "./views/wall.js";
