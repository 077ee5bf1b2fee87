// Lets Node resolve the names of the page's import map, so that models which use a vendored library can be
// tested.
import { readFileSync } from "node:fs";
import { register } from "node:module";

const vendor = new URL("../../agent_console/web/vendor/", import.meta.url);
const { imports } = JSON.parse(readFileSync(new URL("manifest.json", vendor), "utf-8"));

const hooks = `
const imports = ${JSON.stringify(imports)};
export async function resolve(name, context, next) {
  const file = imports[name];
  if (!file) return next(name, context);
  return { url: new URL(file, ${JSON.stringify(vendor.href)}).href, format: "module", shortCircuit: true };
}
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
