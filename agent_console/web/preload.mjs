// node preload.mjs [--write]: the modules the page needs, so that the browser asks for all of them at once
// instead of finding them one import after another. With --write, index.html is brought up to date.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const WEB = dirname(fileURLToPath(import.meta.url));
const PAGE = join(WEB, "index.html");
const IMPORT = /(?:^|[;}\n])\s*(?:import|export)\s*(?:[\w*${}\s,]+?\s*from\s*)?["']([^"']+)["']/g;

const LATER = /\bimport\("(\.[^"]+)"\)/g;

/**
 * Every module reachable from app.js, by its path under web/, in order of name. With `later`, those too that
 * are loaded when their page is opened.
 */
export function modules({ later = false } = {}) {
  const bare = JSON.parse(readFileSync(join(WEB, "vendor/manifest.json"), "utf-8")).imports;
  const found = new Set();
  const look = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(file, "utf-8");
    if (later) for (const [, name] of text.matchAll(LATER)) look(resolve(dirname(file), name));
    for (const [, name] of text.matchAll(IMPORT)) {
      if (name.startsWith(".")) look(resolve(dirname(file), name));
      else if (bare[name]) look(join(WEB, "vendor", bare[name]));
      else throw new Error(`${relative(WEB, file)} imports ${name}, which the import map does not have`);
    }
  };
  look(join(WEB, "app.js"));
  return [...found].map((file) => relative(WEB, file)).sort();
}

/** The page with its list of modules. */
export function page() {
  const links = modules().map((name) => `    <link rel="modulepreload" href="/console/${name}" />`);
  const list = ["<!-- preload -->", ...links, "    <!-- /preload -->"].join("\n");
  return readFileSync(PAGE, "utf-8").replace(/<!-- preload -->[\s\S]*<!-- \/preload -->/, list);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes("--write")) writeFileSync(PAGE, page());
  else console.log(modules().join("\n"));
}
