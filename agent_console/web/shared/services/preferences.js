// What each person chose for this browser: language, theme, sounds, notifications, single-key shortcuts.

import { computed, effect, signal } from "@preact/signals";

const NAME = "filrouge.preferences";

const kept = restore();

export const language = signal(kept.language ?? (navigator.language?.startsWith("fr") ? "fr" : "en"));
/** `system`, `light` or `dark` */
export const theme = signal(kept.theme ?? "system");
export const sound = signal(kept.sound ?? true);
export const notifications = signal(kept.notifications ?? true);
export const singleKeys = signal(kept.singleKeys ?? true);
export const customerPane = signal(kept.customerPane ?? true);
/** Whether the rail shows words beside its icons. */
export const railOpen = signal(kept.railOpen ?? false);

effect(() => {
  const preferences = {
    language: language.value,
    theme: theme.value,
    sound: sound.value,
    notifications: notifications.value,
    singleKeys: singleKeys.value,
    customerPane: customerPane.value,
    railOpen: railOpen.value,
  };
  try {
    localStorage.setItem(NAME, JSON.stringify(preferences));
  } catch {
    // Forbidden storage: the choices last as long as the page.
  }
});

effect(() => {
  document.documentElement.lang = language.value;
});

const systemDark = matchMedia("(prefers-color-scheme: dark)");
const systemTheme = signal(systemDark.matches ? "dark" : "light");
systemDark.addEventListener("change", () => (systemTheme.value = systemDark.matches ? "dark" : "light"));

/** `light` or `dark`, as shown */
export const shownTheme = computed(() => (theme.value === "system" ? systemTheme.value : theme.value));

effect(() => {
  document.documentElement.dataset.theme = shownTheme.value;
});

function restore() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "{}");
  } catch {
    return {};
  }
}
