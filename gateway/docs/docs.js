// Renders the server's OpenAPI document: a line for each route, its parts unfolded on demand.

const document_ = await (
  await fetch("/api/openapi.json", { headers: { Accept: "application/json" } })
).json();
const at = (id) => document.getElementById(id);
at("version").textContent = document_.info.version;

const operations = Object.entries(document_.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** A schema with its references replaced, as deep as a reader wants to see. */
function resolved(schema, depth = 0) {
  if (schema === null || typeof schema !== "object" || depth > 8) return schema;
  if (Array.isArray(schema)) return schema.map((part) => resolved(part, depth + 1));
  if (schema.$ref) return resolved(document_.components.schemas[schema.$ref.split("/").at(-1)], depth + 1);
  return Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, resolved(part, depth + 1)]));
}

function copyOf(id) {
  return at(id).content.firstElementChild.cloneNode(true);
}

function part(title, content) {
  const shown = copyOf("part");
  shown.querySelector("h3").textContent = title;
  shown.querySelector("pre").textContent = JSON.stringify(content, null, 2);
  return shown;
}

function partsOf(operation) {
  const parts = [];
  if (operation.parameters?.length)
    parts.push(
      part(
        "Parameters",
        operation.parameters.map((p) => resolved(p)),
      ),
    );
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {})) {
    parts.push(part(`Body: ${type}`, resolved(schema)));
  }
  for (const [status, response] of Object.entries(operation.responses)) {
    const schema = response.content?.["application/json"]?.schema;
    if (schema) parts.push(part(`Answer ${status}`, resolved(schema)));
  }
  return parts;
}

function rowOf({ path, method, operation }) {
  const row = copyOf("route");
  row.querySelector(".method").textContent = method.toUpperCase();
  row.querySelector(".path").textContent = path;
  row.querySelector(".summary").textContent = operation.summary;
  row.querySelector(".access").textContent = operation.description;
  row.addEventListener("toggle", () => row.querySelector(".parts").replaceChildren(...partsOf(operation)), {
    once: true,
  });
  return row;
}

function show(words) {
  const wanted = operations.filter(({ path, method, operation }) =>
    `${method} ${path} ${operation.summary} ${operation.tags}`.toLowerCase().includes(words),
  );
  const groups = new Map();
  for (const operation of wanted) {
    const tag = operation.operation.tags[0];
    if (!groups.has(tag)) groups.set(tag, []);
    groups.get(tag).push(operation);
  }
  at("routes").replaceChildren(
    ...[...groups].map(([tag, members]) => {
      const group = copyOf("group");
      group.querySelector("h2").textContent = tag;
      group.append(...members.map(rowOf));
      return group;
    }),
  );
}

at("find").addEventListener("input", () => show(at("find").value.trim().toLowerCase()));
show("");
