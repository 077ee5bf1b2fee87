// Colours that stay readable: WCAG 2.2 relative luminance and contrast.

export function parse(colour) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  const hex = short
    ? `#${short
        .slice(1)
        .map((c) => c + c)
        .join("")}`
    : colour;
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex ?? "");
  return long ? long.slice(1).map((part) => parseInt(part, 16)) : null;
}

export function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

/** White or near-black, whichever reads better on the colour. */
export const on = (rgb) =>
  contrast(rgb, [255, 255, 255]) >= contrast(rgb, [17, 17, 17]) ? "#ffffff" : "#111111";

/** The colour, mixed towards black or white until it reads on the ground. */
export function readable(rgb, ground, least = 4.5) {
  const target = luminance(ground) > 0.18 ? 0 : 255;
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = rgb.map((part) => Math.round(part + (target - part) * share));
    if (contrast(mixed, ground) >= least) return hex(mixed);
  }
  return target ? "#ffffff" : "#111111";
}

export const hex = (rgb) => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
