import "./strings/index.js";

export { Desk } from "./views/desk.js";
