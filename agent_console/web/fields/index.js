import "./strings/index.js";

export { fields, inOrder, labelOf, readModel, sourceName, sources } from "./services/fields.js";
export { fieldsOf, isEmpty, sendable, shownValue } from "./models/values.js";
export { ValueInput, ValueRow, inWords } from "./views/value.js";
