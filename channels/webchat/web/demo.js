// The demo page: the language and the theme come from its address, and go to the widget like on any other
// site.
const asked = new URLSearchParams(location.search);
const language = (asked.get("lang") ?? asked.get("language")) === "en" ? "en" : "fr";
const theme = ["light", "dark"].includes(asked.get("theme")) ? asked.get("theme") : "auto";

document.documentElement.lang = language;
if (theme !== "auto") document.documentElement.dataset.theme = theme;
for (const node of document.querySelectorAll("[data-fr]")) node.textContent = node.dataset[language];
for (const link of document.querySelectorAll("nav a")) {
  const next = new URLSearchParams({
    lang: language,
    theme,
    ...Object.fromEntries(new URLSearchParams(link.search)),
  });
  link.search = next;
}

const widget = document.createElement("script");
widget.src = "/widget.js";
widget.dataset.language = language;
widget.dataset.theme = theme;
for (const name of ["accent", "position", "entry", "identity"])
  if (asked.get(name)) widget.dataset[name] = asked.get(name);
document.body.append(widget);
