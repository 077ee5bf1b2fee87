import "./strings/index.js";

export { Bots } from "./views/bots.js";
