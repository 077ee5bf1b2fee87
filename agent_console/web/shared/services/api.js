// The server's REST API, as the console calls it. Errors keep the server's stable code.

const BASE = "/api/v1";
const PATIENCE = 20_000; // milliseconds

/** What the server refused, or `network: true` when it is not known whether it heard. */
export class ApiError extends Error {
  constructor({ code, message, status = 0, details = [], network = false }) {
    super(message || code);
    this.code = code;
    this.status = status;
    this.details = details;
    this.network = network;
  }
}

let onSignedOut = () => {};

/** Called when the server no longer knows us. */
export function whenSignedOut(f) {
  onSignedOut = f;
}

async function call(method, path, { body, headers = {}, raw, base = BASE } = {}) {
  let response;
  try {
    response = await fetch(base + path, {
      method,
      credentials: "same-origin",
      headers: {
        "X-Filrouge": "1",
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...headers,
      },
      body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
      signal: AbortSignal.timeout(PATIENCE),
    });
  } catch {
    throw new ApiError({ code: "network", network: true });
  }
  const answer = await answerOf(response);
  if (response.ok) return answer;
  const error = new ApiError({
    code: answer?.error?.code ?? `http_${response.status}`,
    message: answer?.error?.message,
    details: answer?.error?.details,
    status: response.status,
    // A gateway in between gave up: the server behind it may have heard.
    network: [502, 503, 504].includes(response.status) && !answer?.error,
  });
  if (response.status === 401 && path !== "/sign-in") onSignedOut();
  throw error;
}

async function answerOf(response) {
  if (response.status === 204) return null;
  const text = await response.text().catch(() => "");
  try {
    return JSON.parse(text);
  } catch {
    return response.headers.get("Content-Type")?.startsWith("application/json") ? null : text;
  }
}

export const get = (path, query) => call("GET", path + queryOf(query));
export const post = (path, body = {}) => call("POST", path, { body });
export const put = (path, body = {}) => call("PUT", path, { body });
export const remove = (path, query) => call("DELETE", path + queryOf(query));
export const patch = (path, body = {}) => call("PATCH", path, { body });

/** A change of the version one has seen: refused as `changed_meanwhile` when there is a newer one. */
export const patchVersion = (path, body, version) =>
  call("PATCH", path, { body, headers: { "If-Match": `"${version}"` } });
/** By a method that is only known when it runs. */
export const send = (method, path, body = {}) => call(method.toUpperCase(), path, { body });

/** Sends a file as it is; answers {id, name, content_type, size}. */
export function upload(file) {
  const headers = {
    "Content-Type": file.type || "application/octet-stream",
    "X-Filename": encodeURIComponent(file.name || "file"),
  };
  return call("POST", "/uploads", { headers, raw: file });
}

/** Sends a file as the whole body, to a route that takes one. */
export const sendFile = (path, file) =>
  call("POST", path, { headers: { "Content-Type": "application/octet-stream" }, raw: file });

export const attachmentUrl = (id) => `${BASE}/attachments/${encodeURIComponent(id)}`;
export const htmlUrl = (exchangeId) => `${BASE}/exchanges/${encodeURIComponent(exchangeId)}/html`;
/** The server's own description of what it takes and gives (OpenAPI). */
export const document = () => call("GET", "/openapi.json", { base: "/api" });
export const jobFileUrl = (id) => `${BASE}/jobs/${encodeURIComponent(id)}/file`;
export const rawUrl = (id) => `${BASE}/set-aside/${encodeURIComponent(id)}/raw`;

function queryOf(query = {}) {
  const entries = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  return entries.length ? `?${new URLSearchParams(entries)}` : "";
}
