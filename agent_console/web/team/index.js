import "./strings/index.js";

export { Team } from "./views/team.js";
