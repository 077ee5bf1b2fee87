import "./strings/index.js";

export { Speakers } from "./views/speakers.js";
