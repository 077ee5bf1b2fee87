// The little the page needs of the DOM. Text goes in as text, never as HTML.
export const one = (id) => document.getElementById(id);

export function element(tag, facts = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

// Replaces the list's lines, touching only what changed, and stays at the end when one was there.
export function fill(list, lines, empty) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const wanted = lines.length ? lines : [element("li", { class: "empty" }, empty)];
  wanted.forEach((line, index) => {
    const there = list.children[index];
    if (!there) list.append(line);
    else if (!there.isEqualNode(line)) there.replaceWith(line);
  });
  while (list.children.length > wanted.length) list.lastElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

// Sends a form's text by `work` and empties it, unless that fails; Enter sends, Shift+Enter breaks the line.
export function onSubmit(form, field, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    try {
      await work(text);
    } catch (problem) {
      field.value ||= text;
      trouble(problem.message);
    }
    field.focus();
  });
  if (field.tagName === "TEXTAREA" && field.rows < 4)
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
}

export function trouble(text) {
  const place = one("trouble");
  place.textContent = text ?? "";
  place.hidden = !text;
}

export async function trying(work) {
  try {
    await work();
    trouble("");
  } catch (problem) {
    trouble(problem.message);
  }
}

export const clock = (language) => (iso) =>
  new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(iso));
