// The customer's telephone: text messages and calls.
import { ask, calmly, tell } from "./api.js";
import { clock, element, fill, one, onSubmit, trying } from "./dom.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export function messages(customer, say, language) {
  const time = clock(language);
  one("sms-number").textContent = customer.phone;
  onSubmit(one("sms-form"), one("sms-text"), async (text) => {
    await tell("/sms", { from: customer.phone, text });
    refresh();
  });
  const refresh = calmly(async () => {
    const { messages } = await ask(`/sms?number=${encodeURIComponent(customer.phone)}`);
    const lines = messages.map((message) =>
      element(
        "li",
        { class: message.mine ? "me" : "" },
        message.text,
        element("small", {}, [time(message.at), say(message.status)].filter(Boolean).join(" · ")),
      ),
    );
    fill(one("sms"), lines, say("no_sms"));
  });
  return refresh;
}

export function telephone(customer, number, say) {
  let call = null;
  one("dial").textContent = say("dial", { number });
  one("dial").disabled = !number;
  one("dial").addEventListener("click", () =>
    trying(async () => {
      const from = one("hide").checked ? "anonymous" : customer.phone;
      call = (await tell("/calls", { from })).call;
      show();
      one("say-text").focus();
    }),
  );
  one("hang-up").addEventListener("click", () => trying(() => act("/hangup")));
  onSubmit(one("say-form"), one("say-text"), (text) => act("/say", { text }));
  let typed = "";
  let pause = 0;
  for (const key of KEYS)
    one("keys").append(element("button", { type: "button", onclick: () => press(key) }, key));

  // Keys pressed one after the other are one entry, as a telephone system hears them.
  function press(key) {
    typed += key;
    clearTimeout(pause);
    pause = setTimeout(() => {
      const digits = typed;
      typed = "";
      trying(() => act("/key", { digits }));
    }, 900);
  }

  async function act(path, body) {
    call = (await tell(`/calls/${call.sid}${path}`, body)).call;
    show();
  }

  function show() {
    const busy = call !== null && call.status === "in-progress";
    one("call-idle").hidden = busy;
    one("call-busy").hidden = !busy;
    one("call-state").textContent = call ? say(...state(call)) : "";
    fill(one("call"), call ? call.lines.map(spoken) : [], say("no_call"));
  }

  return calmly(async () => {
    if (call === null) {
      const { calls } = await ask(`/calls?number=${encodeURIComponent(customer.phone)}`);
      call = calls[0] ?? null;
    } else {
      call = (await ask(`/calls/${call.sid}`)).call;
    }
    show();
  });
}

export const spoken = (line) => element("li", { class: line.who }, line.text);

export function state(call) {
  if (call.status !== "in-progress") return ["over", { seconds: call.seconds }];
  if (call.talking) return ["talking"];
  if (call.in_room) return ["on_hold"];
  return [call.listening ? "listening" : "connecting"];
}
