import "./strings/index.js";

export { fields, inOrder, labelOf, readModel, sourceName, sources } from "./services/fields.js";
export { fieldsOf, isEmpty, shownValue } from "./models/values.js";
export { ValueRow, inWords } from "./views/value.js";
