// How each table is arranged on this browser: columns, their order and widths.

import { signal } from "@preact/signals";

const NAME = "filrouge.tables";

function restore() {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "{}");
  } catch {
    return {};
  }
}

/** {table: arrangement} */
export const arrangements = signal(restore());

export function arrange(table, arrangement) {
  arrangements.value = { ...arrangements.peek(), [table]: arrangement };
  try {
    localStorage.setItem(NAME, JSON.stringify(arrangements.peek()));
  } catch {
    // Forbidden storage: the arrangement lasts as long as the page.
  }
}
