// The customer's mailbox.
import { ask, calmly, tell } from "./api.js";
import { clock, element, fill, one, onSubmit } from "./dom.js";

export function mailbox(customer, address, say, language) {
  const time = clock(language);
  let answered = null;
  one("mail-address").textContent = customer.email;
  const on = Boolean(address && customer.email);
  for (const field of one("mail-form").elements) field.disabled = !on;
  one("fresh").addEventListener("click", () => reply(null));
  onSubmit(one("mail-form"), one("mail-text"), async (text) => {
    const subject = one("mail-subject").value.trim();
    const thread = answered
      ? { in_reply_to: answered.message_id, references: [...answered.references, answered.message_id] }
      : {};
    await tell("/mail", { from: customer.email, name: customer.name, subject, text, ...thread });
    reply(null);
    refresh();
  });

  function reply(mail) {
    answered = mail;
    one("replying").hidden = mail === null;
    one("replying").firstElementChild.textContent = mail ? say("replying", { subject: mail.subject }) : "";
    one("mail-subject").value = mail ? again(mail.subject) : "";
    if (mail) one("mail-text").focus();
  }

  function line(mail) {
    const { fresh, quoted } = unquote(mail.text);
    return element(
      "li",
      { class: mail.mine ? "mine" : "" },
      element(
        "div",
        { class: "row" },
        element("strong", {}, mail.subject || "—"),
        element("span", { class: "faint" }, time(mail.at)),
      ),
      element("div", { class: "faint" }, mail.mine ? mail.to : mail.sender),
      element("p", {}, fresh),
      quoted
        ? element("details", {}, element("summary", { class: "faint" }, "…"), element("p", {}, quoted))
        : null,
      mail.mine
        ? null
        : element("button", { type: "button", class: "quiet", onclick: () => reply(mail) }, say("reply")),
    );
  }

  const refresh = calmly(async () => {
    if (!on) return fill(one("mails"), [], say("mail_off"));
    const { mails } = await ask(`/mail?address=${encodeURIComponent(customer.email)}`);
    const key = mails.map((mail) => mail.message_id).join();
    if (one("mails").dataset.key === key && mails.length) return;
    one("mails").dataset.key = key;
    fill(one("mails"), mails.map(line), say("no_mail", { address }));
  });
  return refresh;
}

export const again = (subject) => (/^re\s*:/i.test(subject) ? subject : `Re: ${subject}`);

// The new words of a mail, and the quoted tail behind them.
export function unquote(text) {
  const lines = text.trimEnd().split("\n");
  let end = lines.length;
  while (end > 0 && /^\s*(>.*)?$/.test(lines[end - 1])) end -= 1;
  if (end > 0 && end < lines.length && /:\s*$/.test(lines[end - 1])) end -= 1;
  if (end === 0) return { fresh: text, quoted: "" };
  return { fresh: lines.slice(0, end).join("\n").trimEnd(), quoted: lines.slice(end).join("\n").trim() };
}
