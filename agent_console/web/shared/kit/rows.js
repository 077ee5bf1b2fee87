// Long lists of rows of one height.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** A list of rows of one height: only those in sight are in the page. Asks for more near its end. */
export function Rows({ items, height, render, onEnd, className = "", label }) {
  const box = useRef(null);
  const view = useSignal({ from: 0, to: 30 });
  const measure = () => {
    const element = box.current;
    if (!element) return;
    const from = Math.max(0, Math.floor(element.scrollTop / height) - 6);
    const to = from + Math.ceil(element.clientHeight / height) + 12;
    if (from !== view.value.from || to !== view.value.to) view.value = { from, to };
    if (onEnd && element.scrollHeight - element.scrollTop - element.clientHeight < height * 8) onEnd();
  };
  useEffect(() => {
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [items.length]);
  const { from, to } = view.value;
  const visible = items.slice(from, to);
  return html`<div class="rows ${className}" ref=${box} onScroll=${measure}>
    <ul aria-label=${label} style=${{ height: `${items.length * height}px` }}>
      ${visible.map(
        (item, i) => html`<li
          key=${item.id}
          aria-setsize=${items.length}
          aria-posinset=${from + i + 1}
          style=${{ transform: `translateY(${(from + i) * height}px)`, height: `${height}px` }}
        >${render(item)}</li>`,
      )}
    </ul>
  </div>`;
}
