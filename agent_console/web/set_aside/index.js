import "./strings/index.js";

export { SetAside } from "./views/set_aside.js";
