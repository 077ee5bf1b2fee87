import "./strings/index.js";

export { Customers } from "./views/customers.js";
