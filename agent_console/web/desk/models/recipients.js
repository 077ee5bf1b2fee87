// Who a mail goes to: two lists of addresses, each address in one of them, once.

const LIKE_AN_ADDRESS = /^[^\s@,;<>]+@[^\s@,;<>]+$/;

/** The addresses in what was typed or pasted: "Léa <lea@example.com>, hugo@example.org" has two. */
export function addressesIn(text) {
  return text
    .split(/[,;\n]/)
    .map((part) => (/<([^<>]*)>\s*$/.exec(part)?.[1] ?? part).trim())
    .filter(Boolean);
}

export const isAddress = (text) => LIKE_AN_ADDRESS.test(text);

export const isAddressed = ({ to }) => to.length > 0;

export const count = ({ to, cc }) => to.length + cc.length;

export function without(recipients, address) {
  const same = (one) => one.toLowerCase() === address.toLowerCase();
  return { to: recipients.to.filter((one) => !same(one)), cc: recipients.cc.filter((one) => !same(one)) };
}

/** With the addresses at the end of that list; one of the other list moves. */
export function withAddresses(recipients, field, addresses) {
  return addresses.reduce((all, address) => {
    const others = without(all, address);
    return { ...others, [field]: [...others[field], address] };
  }, recipients);
}
