// Sets the theme before the page is drawn, so that it never flashes in the wrong one.
(() => {
  const chosen = localStorage.getItem("filrouge.sandbox.theme");
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
