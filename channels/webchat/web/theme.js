// The look: light, dark or the visitor's own choice, and the business's colour made readable on both.

import { hex, on, parse, readable } from "./models/colour.js";

// --raised, the harder of the two grounds text stands on.
const GROUND = { light: [243, 243, 241], dark: [36, 39, 46] };
const OWN = [193, 39, 45];

export function dress(wanted, accent) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = wanted === "dark" || (wanted !== "light" && dark.matches) ? "dark" : "light";
    const colour = parse(accent) ?? OWN;
    const root = document.documentElement;
    root.dataset.theme = theme;
    root.style.setProperty("--accent", hex(colour));
    root.style.setProperty("--on-accent", on(colour));
    root.style.setProperty("--accent-text", readable(colour, GROUND[theme]));
  };
  apply();
  dark.addEventListener("change", apply);
}
