// The sandbox's HTTP API and its line of news.
const ROOT = "/sandbox/api";

export async function ask(path) {
  return answer(await fetch(ROOT + path, { cache: "no-store" }));
}

export async function tell(path, body = {}) {
  const options = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  return answer(await fetch(ROOT + path, options));
}

async function answer(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error?.message ?? response.statusText);
  return body;
}

// Calls `heard({what, whose})` for each change, and `state(open)` when the line opens or breaks.
export function listen(heard, state) {
  const line = new EventSource(`${ROOT}/events`);
  line.onopen = () => state(true);
  line.onerror = () => state(false);
  line.onmessage = (message) => heard(JSON.parse(message.data));
  return () => line.close();
}

// Runs `work` when called, never twice at once; calls meanwhile lead to one more run.
export function calmly(work) {
  let running = false;
  let again = false;
  return async function run() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await work();
    } finally {
      running = false;
      if (again) {
        again = false;
        run();
      }
    }
  };
}
