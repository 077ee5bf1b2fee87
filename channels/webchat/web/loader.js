// The one script tag of the web chat: a button on the business's page, and the chat in a frame of ours.
//
//   <script src="https://host/widget.js" async data-language="fr" data-accent="#c1272d"></script>
//
// Nothing is stored and no connection is made until the visitor opens the chat (or had spoken before).
// Attributes: data-language, data-theme (light, dark, auto), data-accent, data-position (left, right),
// data-entry (which entry point), data-identity (JSON, signed by the site's server).
(() => {
  // biome-ignore lint/suspicious/noRedundantUseStrict: this is a classic script, not a module
  "use strict";
  const script = document.currentScript;
  if (!script || window.Filrouge) return;
  const home = new URL(script.src).origin;
  const given = script.dataset;
  const language = (given.language || document.documentElement.lang || navigator.language || "en")
    .toLowerCase()
    .split("-")[0];
  const words =
    language === "fr"
      ? {
          open: "Ouvrir la discussion",
          close: "Fermer la discussion",
          title: "Discussion",
          unread: "{n} non lus",
        }
      : { open: "Open the chat", close: "Close the chat", title: "Chat", unread: "{n} unread" };
  const accent = /^#[0-9a-f]{6}$/i.test(given.accent || "") ? given.accent : "#c1272d";
  const left = given.position === "left";

  const css = `
    :host { all: initial; --fr-accent: ${accent}; --fr-on-accent: ${onAccent(accent)}; --fr-edge: 20px; }
    * { box-sizing: border-box; }
    [hidden] { display: none !important; }
    .launch { position: fixed; z-index: 2147483000; bottom: var(--fr-edge);
      ${left ? "left" : "right"}: var(--fr-edge);
      width: 56px; height: 56px; border: 0; border-radius: 28px; padding: 16px; cursor: pointer;
      background: var(--fr-accent);
      color: var(--fr-on-accent); box-shadow: 0 2px 6px rgb(0 0 0 / .18), 0 8px 24px rgb(0 0 0 / .2);
      transition: transform .15s ease; }
    .launch:hover { transform: translateY(-2px); }
    .launch:focus-visible { outline: 3px solid var(--fr-accent); outline-offset: 3px; }
    .launch svg { display: block; width: 24px; height: 24px; }
    .launch svg + svg, .open .launch svg:first-child { display: none; }
    .open .launch svg + svg { display: block; }
    .badge { position: absolute; top: -4px; ${left ? "left" : "right"}: -4px; min-width: 22px; height: 22px;
      padding: 0 6px; border-radius: 11px;
      background: #111; color: #fff; border: 2px solid #fff; font: 600 12px/18px system-ui, sans-serif;
      text-align: center; }
    .panel { position: fixed; z-index: 2147483001; bottom: calc(var(--fr-edge) + 68px);
      ${left ? "left" : "right"}: var(--fr-edge);
      width: min(384px, calc(100vw - 2 * var(--fr-edge)));
      height: min(640px, calc(100dvh - 2 * var(--fr-edge) - 68px));
      border-radius: 16px; overflow: hidden; background: #fff;
      box-shadow: 0 0 0 1px rgb(0 0 0 / .08), 0 12px 48px rgb(0 0 0 / .28); }
    .panel.dark { background: #16181d;
      box-shadow: 0 0 0 1px rgb(255 255 255 / .12), 0 12px 48px rgb(0 0 0 / .6); }
    iframe { display: block; width: 100%; height: 100%; border: 0; color-scheme: normal; }
    @media (max-width: 480px), (max-height: 420px) {
      .panel { inset: 0; width: 100vw; height: 100dvh; border-radius: 0; }
      .open .launch { display: none; }
    }
    @media (prefers-reduced-motion: reduce) { .launch { transition: none; } }
    @media print { .launch, .panel { display: none; } }`;

  const host = document.createElement("filrouge-chat");
  const root = host.attachShadow({ mode: "open" });
  dress(root, css);
  const frame = document.createElement("div");
  const button = element("button", {
    class: "launch",
    type: "button",
    "aria-label": words.open,
    "aria-expanded": "false",
    "aria-haspopup": "dialog",
  });
  const badge = element("span", { class: "badge", hidden: "", "aria-hidden": "true" });
  const speech = icon(
    "M21 11.5a8.4 8.4 0 0 1-9 8.4 9 9 0 0 1-3.8-.9L3 20.5l1.6-4.6A8.4 8.4 0 0 1 12 3a8.4 8.4 0 0 1 9 8.5z",
  );
  button.append(speech, icon("M6 9.5l6 6 6-6"), badge);
  const panel = element("div", { class: "panel", role: "dialog", "aria-label": words.title, hidden: "" });
  frame.append(panel, button);
  root.append(frame);

  let iframe = null;
  let open = false;
  let identity = parsed(given.identity);

  function load() {
    if (iframe) return;
    const where = new URL("/widget/frame", home);
    where.searchParams.set("language", language);
    for (const name of ["theme", "accent", "entry"])
      if (given[name]) where.searchParams.set(name, given[name]);
    iframe = element("iframe", { src: where.href, title: words.title });
    // On another site: our page may do what a chat needs, and not, say, steer the site to another address.
    if (home !== location.origin) {
      iframe.setAttribute(
        "sandbox",
        "allow-scripts allow-same-origin allow-forms allow-popups" +
          " allow-popups-to-escape-sandbox allow-downloads",
      );
    }
    panel.append(iframe);
  }

  function show(now, focus = true) {
    if (open === now) return;
    open = now;
    load();
    panel.hidden = !now;
    frame.classList.toggle("open", now);
    button.setAttribute("aria-expanded", String(now));
    if (now) {
      if (focus) iframe.focus();
    } else if (focus) button.focus();
    label(0);
    tell(now ? "open" : "closed");
  }

  function label(count) {
    badge.hidden = !count || open;
    badge.textContent = count > 99 ? "99+" : String(count);
    const name = open ? words.close : words.open;
    button.setAttribute(
      "aria-label",
      badge.hidden ? name : `${name} (${words.unread.replace("{n}", count)})`,
    );
  }

  function tell(type, data = {}) {
    iframe?.contentWindow?.postMessage({ filrouge: 1, type, ...data }, home);
  }

  window.addEventListener("message", (event) => {
    if (
      !iframe ||
      event.source !== iframe.contentWindow ||
      event.origin !== home ||
      event.data?.filrouge !== 1
    )
      return;
    if (event.data.type === "ready")
      tell("start", { open, identity, page: location.origin + location.pathname });
    if (event.data.type === "close") show(false);
    if (event.data.type === "unread") label(event.data.count);
    if (event.data.type === "identity-refused")
      console.warn("Filrouge: the signed identity was refused; the visitor stays anonymous.");
  });
  button.addEventListener("click", () => show(!open));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) show(false);
  });
  if (
    given.theme === "dark" ||
    (given.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
  )
    panel.classList.add("dark");

  window.Filrouge = Object.freeze({
    open: () => show(true),
    close: () => show(false),
    /** The site's visitor signed in: `identity` as signed by its server. Null: they signed out. */
    identify(next) {
      identity = next;
      tell("identity", { identity });
    },
  });

  const place = () => {
    document.body.append(host);
    // The frame is there before the visitor opens it, so that opening takes no time; it waits for a quiet
    // moment.
    (window.requestIdleCallback || ((f) => setTimeout(f, 1)))(load, { timeout: 3000 });
  };
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);

  function element(tag, attributes) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  }

  function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [name, value] of Object.entries({
      viewBox: "0 0 24 24",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": "2",
      "stroke-linejoin": "round",
      "aria-hidden": "true",
    }))
      svg.setAttribute(name, value);
    const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
    shape.setAttribute("d", path);
    svg.append(shape);
    return svg;
  }

  /** A constructed sheet is allowed by any Content-Security-Policy; where there is none, a style element. */
  function dress(target, text) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      target.adoptedStyleSheets = [sheet];
    } catch {
      const style = document.createElement("style");
      style.textContent = text;
      target.append(style);
    }
  }

  function onAccent(colour) {
    const parts = [1, 3, 5].map((at) => {
      const c = parseInt(colour.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] > 0.2 ? "#111" : "#fff";
  }

  function parsed(text) {
    try {
      return text ? JSON.parse(text) : null;
    } catch {
      console.warn("Filrouge: data-identity is not JSON.");
      return null;
    }
  }
})();
