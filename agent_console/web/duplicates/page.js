import "./strings/index.js";

export { Review } from "./views/review.js";
