import "./strings/index.js";

export { Model } from "./views/model.js";
