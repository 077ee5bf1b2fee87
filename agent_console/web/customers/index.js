import "./strings/index.js";

export { Customer } from "./views/file.js";
