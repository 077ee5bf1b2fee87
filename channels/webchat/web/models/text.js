// Text as pieces to show: plain ones and links. Only http and https ever become links.

const LINK = /\bhttps?:\/\/[^\s<>"'`]+/gi;
const TRAILING = /[).,;:!?\]}»]+$/;

export function pieces(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const link = trimmed(match[0]);
    if (!valid(link)) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: link, link });
    from = match.index + link.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

function trimmed(link) {
  const end = link.match(TRAILING)?.[0] ?? "";
  if (end.startsWith(")") && link.includes("(")) return link.slice(0, link.length - end.length + 1);
  return link.slice(0, link.length - end.length);
}

function valid(link) {
  try {
    return ["http:", "https:"].includes(new URL(link).protocol);
  } catch {
    return false;
  }
}

export function size(bytes, language) {
  const [value, unit] =
    bytes < 1e6 ? [Math.max(1, Math.round(bytes / 1000)), "kilobyte"] : [bytes / 1e6, "megabyte"];
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}
