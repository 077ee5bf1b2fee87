import "./strings/index.js";

export { Figures } from "./views/figures.js";
export { Orders } from "./views/orders.js";
