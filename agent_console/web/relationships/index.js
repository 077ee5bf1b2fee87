import "./strings/index.js";

export { calledFrom } from "./models/types.js";
export { types as relationTypes } from "./services/relationships.js";
export { RelationshipGraph } from "./views/graph.js";
export { Relationships } from "./views/relationships.js";
