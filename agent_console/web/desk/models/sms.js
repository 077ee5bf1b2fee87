// How many SMS a text becomes (3GPP TS 23.038: GSM 7-bit alphabet, else UCS-2; 23.040: parts of a long
// message).

const GSM =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
  "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_TWICE = "^{}\\[~]|€\f";

const basic = new Set(GSM);
const twice = new Set(GSM_TWICE);

/** {segments, units, left, unicode}: `left` is what the last segment still takes. */
export function segments(text) {
  const characters = [...text];
  const unicode = characters.some((c) => !basic.has(c) && !twice.has(c));
  const widths = unicode ? characters.map((c) => c.length) : characters.map((c) => (twice.has(c) ? 2 : 1));
  const units = widths.reduce((sum, width) => sum + width, 0);
  const [single, part] = unicode ? [70, 67] : [160, 153];
  if (units <= single) return { segments: units ? 1 : 0, units, left: single - units, unicode };
  return { ...parts(widths, part), units, unicode };
}

/** A character is never split between two parts. */
function parts(widths, part) {
  let count = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > part) {
      count += 1;
      used = 0;
    }
    used += width;
  }
  return { segments: count, left: part - used };
}
