// The telephone on the agent's desk.
import { ask, calmly, tell } from "./api.js";
import { element, fill, one, onSubmit, trying } from "./dom.js";
import { spoken } from "./phone.js";

const KEPT = "filrouge.sandbox.agent";

export function handset(agents, say) {
  const select = one("agent");
  select.append(...agents.map((agent) => element("option", { value: agent.user_id }, agent.name)));
  const kept = sessionStorage.getItem(KEPT);
  if (agents.some((agent) => agent.user_id === kept)) select.value = kept;
  select.addEventListener("change", () => {
    sessionStorage.setItem(KEPT, select.value);
    refresh();
  });
  one("answer").addEventListener("click", () => trying(() => act("/answer")));
  one("decline").addEventListener("click", () => trying(() => act("/hangup")));
  one("handset-off").addEventListener("click", () => trying(() => act("/hangup")));
  onSubmit(one("handset-form"), one("handset-text"), (text) => act("/say", { text }));

  async function act(path, body) {
    await tell(`/handset/${encodeURIComponent(select.value)}${path}`, body);
    await refresh();
    if (path === "/answer") one("handset-text").focus();
  }

  const refresh = calmly(async () => {
    if (!select.value) return fill(one("handset"), [], say("no_talk"));
    const { calls } = await ask(`/handset/${encodeURIComponent(select.value)}`);
    const call = calls[0] ?? null;
    const ringing = call?.status === "ringing";
    const busy = call?.status === "in-progress";
    one("handset-ringing").hidden = !ringing;
    one("handset-busy").hidden = !busy;
    one("handset-idle").hidden = ringing || busy;
    one("handset-caller").textContent = ringing ? say("calls_you", { from: call.from }) : "";
    fill(one("handset"), call ? call.lines.map(spoken) : [], say("no_talk"));
  });

  // Shows the telephone that rings, unless another is in use.
  function heard(whose) {
    const agent = agents.find(({ user_id }) => whose === user_id || whose.endsWith(`:${user_id}`));
    if (agent && one("handset-busy").hidden && one("handset-ringing").hidden) select.value = agent.user_id;
    refresh();
  }
  return { refresh, heard };
}
