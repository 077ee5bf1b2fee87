// Puts the page together: who one plays, in which language, and what is refreshed when.
import { ask, listen, tell } from "./api.js";
import { element, one, trouble, trying } from "./dom.js";
import { handset } from "./handset.js";
import { mailbox } from "./mail.js";
import { messages, telephone } from "./phone.js";
import { chooseLanguage, speaker } from "./words.js";

const language = chooseLanguage(location.search, navigator.language);
const say = speaker(language);
const asked = new URLSearchParams(location.search);

function speakPage() {
  document.documentElement.lang = language;
  document.title = `Filrouge · ${say("title")}`;
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
  for (const node of document.querySelectorAll("[data-hint]")) node.placeholder = say(node.dataset.hint);
  for (const node of document.querySelectorAll("[data-label]"))
    node.setAttribute("aria-label", say(node.dataset.label));
  const other = language === "fr" ? "en" : "fr";
  one("language").textContent = say("other_language");
  one("language").lang = other;
  one("language").href = address({ lang: other });
}

// The page's address with some of its parameters changed; undefined takes one out.
function address(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes))
    value === undefined ? query.delete(name) : query.set(name, value);
  return `?${query}`;
}

function theme() {
  const button = one("theme");
  const label = () =>
    (button.textContent = say(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
  label();
  button.addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    localStorage.setItem("filrouge.sandbox.theme", next);
    label();
  });
}

function played(customers) {
  if (asked.get("phone")) {
    const phone = asked.get("phone");
    return { name: asked.get("name") || phone, phone, email: asked.get("email") ?? "", identity: null };
  }
  return (
    customers[Number(asked.get("who") ?? 0)] ??
    customers[0] ?? { name: "", phone: "+33639980099", email: "", identity: null }
  );
}

function chooser(customers, customer) {
  const select = one("customer");
  select.append(
    ...customers.map((c, index) => element("option", { value: index, selected: c === customer }, c.name)),
  );
  if (!customers.includes(customer))
    select.append(element("option", { value: "same", selected: true }, customer.name || customer.phone));
  select.append(element("option", { value: "other" }, say("another")));
  const before = select.value;
  select.addEventListener("change", () => {
    if (select.value !== "other") {
      location.search = address({ who: select.value, phone: undefined, name: undefined, email: undefined });
      return;
    }
    select.value = before;
    const form = one("stranger-form").elements;
    form.phone.value ||= `+3363998${String(Math.floor(Math.random() * 10000)).padStart(4, "0")}`;
    one("stranger").showModal();
  });
  one("stranger-cancel").addEventListener("click", () => one("stranger").close());
  one("stranger-form").addEventListener("submit", (event) => {
    const { name, phone, email } = event.target.elements;
    location.search = address({ who: undefined, phone: phone.value, name: name.value, email: email.value });
  });
}

function traffic(rate) {
  const slider = one("rate");
  const show = () => (one("rate-value").textContent = slider.value);
  slider.value = rate;
  show();
  slider.addEventListener("input", show);
  slider.addEventListener("change", () =>
    trying(() => tell("/traffic", { per_minute: Number(slider.value) })),
  );
}

function widget(customer) {
  const script = element("script", { src: "/widget.js", async: true, "data-language": language });
  script.dataset.theme = document.documentElement.dataset.theme;
  if (customer.identity) script.dataset.identity = JSON.stringify(customer.identity);
  document.body.classList.add("with-widget");
  document.body.append(script);
}

async function begin() {
  speakPage();
  theme();
  const setting = await ask("/setting");
  const customer = played(setting.customers);
  one("business").textContent = setting.business;
  chooser(setting.customers, customer);
  traffic(setting.per_minute);
  const sms = messages(customer, say, language);
  const call = telephone(customer, setting.numbers.voice, say);
  const mail = mailbox(customer, setting.address, say, language);
  const desk = handset(setting.agents, say);
  const everything = () => [sms, call, mail, desk.refresh].map((refresh) => trying(refresh));
  const heard = ({ what, whose }) => {
    if (what === "mail") trying(mail);
    if (what === "sms" && whose === customer.phone) trying(sms);
    if (what !== "call") return;
    if (whose === customer.phone || whose === "anonymous") trying(call);
    if (setting.agents.some(({ user_id }) => whose.endsWith(user_id))) desk.heard(whose);
  };
  everything();
  listen(heard, (open) => {
    trouble(open ? "" : say("lost"));
    if (open) everything();
  });
  if (setting.webchat) widget(customer);
}

trying(begin);
