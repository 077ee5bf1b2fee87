// What opens beside a button, and closes by a click elsewhere or by Escape.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** {open, root, close}: `root` is the `ref` of what holds both, `close` its `onKeyDown`. */
export function usePopover() {
  const open = useSignal(false);
  const root = useRef(null);
  useEffect(() => {
    if (!open.value) return undefined;
    const outside = (event) => root.current?.contains(event.target) || (open.value = false);
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open.value]);
  const close = (event) => {
    if (event.key !== "Escape" || !open.value) return;
    event.preventDefault();
    event.stopPropagation();
    open.value = false;
    root.current.querySelector("button")?.focus();
  };
  return { open, root, close };
}
