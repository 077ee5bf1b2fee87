import { addWords } from "../../shared/i18n/index.js";
import en from "./en.js";
import fr from "./fr.js";

addWords({ fr, en });
