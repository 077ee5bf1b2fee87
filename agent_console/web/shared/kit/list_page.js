// A page that is one list: search, filter, saved views, columns, the table, and what may be done with many.
//
// What is searched, filtered and sorted stands in the address, so that a link shows the same to someone else.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { t } from "../i18n/index.js";
import * as filters from "../models/filters.js";
import { NONE } from "../models/selection.js";
import { arrange, arrangements } from "../services/arrangements.js";
import { attempt, toast } from "../services/feedback.js";
import { addressOf, go, replace, route } from "../services/route.js";
import { savedViews, viewsOf } from "../services/saved_views.js";
import { can, me } from "../services/session.js";
import { Button } from "./button.js";
import { ColumnsDialog } from "./columns.js";
import { Dialog } from "./dialog.js";
import { Empty } from "./empty.js";
import { FilterChips, FilterDialog } from "./filter.js";
import { Icon } from "./icon.js";
import { DataTable, TableBar } from "./table.js";

/**
 * `name` is the page's in the address; `pages` its `Pages`; `fields` what it is filtered by.
 * `actionsFor(chosen)` answers what may be done with the chosen rows, `chosen` being {ids} or {filter, q}.
 * `tools` stand beside the search, `empty` shows when there is nothing at all.
 */
export function ListPage({
  name,
  title,
  hint,
  pages,
  columns,
  fields,
  sort,
  onOpen,
  nameOf,
  actionsFor,
  tools,
  empty,
}) {
  const { query } = route.value;
  const selection = useSignal(NONE);
  const open = useSignal(null);
  const filter = useMemo(() => filters.read(query.filter), [query.filter]);
  const asked = {
    q: query.q ?? "",
    filter: filters.write(filters.sendable(filter, fields)),
    sort: query.sort || sort,
  };
  const told = JSON.stringify(asked);
  useEffect(() => {
    selection.value = NONE;
    pages.open(asked);
  }, [told, fields.length]);
  useEffect(() => void savedViews.read().catch(() => {}), []);
  const show = (change) => replace(addressOf(name, null, { ...query, ...change }));
  const setFilter = (after) => show({ filter: filters.write(after) });
  const arrangement = arrangements.value[name];
  const setArrangement = (after) => arrange(name, after);
  const chosen = selection.value.all
    ? { filter: asked.filter ? JSON.parse(asked.filter) : null, q: asked.q }
    : { ids: selection.value.ids };
  const narrowed = asked.q || asked.filter;
  return html`<main class="page list-page" id="main" tabindex="-1">
    <header class="page-head">
      <h1>${title}</h1>
      ${hint && html`<p>${hint}</p>`}
    </header>
    <${Views}
      name=${name}
      query=${query}
      asked=${asked}
      arrangement=${arrangement}
      onArrange=${setArrangement}
    />
    <div class="list-tools">
      <${Search} value=${asked.q} onChange=${(q) => show({ q })} label=${t("list.search", { title })} />
      <${Button} icon="list-filter" onClick=${() => (open.value = "filter")}>${t("list.filter")}<//>
      <${Button} icon="columns-3" onClick=${() => (open.value = "columns")}>${t("table.columns")}<//>
      ${tools}
      <${FilterChips} fields=${fields} value=${filter} onChange=${setFilter} />
    </div>
    ${
      pages.state.value.near &&
      html`<p class="list-near" role="status">
        <${Icon} name="search" />
        ${t("list.near", { text: asked.q })}
      </p>`
    }
    <div class="card list-card">
      <${TableBar}
        pages=${pages}
        selection=${actionsFor && selection.value}
        onSelect=${(after) => (selection.value = after)}
        actions=${actionsFor ? actionsFor(chosen, () => (selection.value = NONE)) : []}
      />
      <${DataTable}
        label=${title}
        columns=${columns}
        pages=${pages}
        sort=${asked.sort}
        onSort=${(after) => show({ sort: after === sort ? "" : after })}
        arrangement=${arrangement}
        onArrange=${setArrangement}
        selection=${selection.value}
        onSelect=${actionsFor ? (after) => ((selection.value = after)) : undefined}
        onOpen=${onOpen}
        nameOf=${nameOf}
        empty=${
          narrowed
            ? html`<${Empty}
              icon="search"
              title=${t("list.nothing_found")}
              action=${{ label: t("list.show_all"), run: () => show({ q: "", filter: "", view: "" }) }}
            >${t("list.nothing_found_hint")}<//>`
            : empty
        }
      />
    </div>
    ${
      open.value === "filter" &&
      html`<${FilterDialog}
        fields=${fields}
        value=${filter}
        onApply=${setFilter}
        onClose=${() => (open.value = null)}
      />`
    }
    ${
      open.value === "columns" &&
      html`<${ColumnsDialog}
        columns=${columns}
        arrangement=${arrangement}
        onArrange=${setArrangement}
        onClose=${() => (open.value = null)}
      />`
    }
  </main>`;
}

function Search({ value, onChange, label }) {
  const typed = useSignal(value);
  useEffect(() => {
    if (value !== typed.peek().trim()) typed.value = value;
  }, [value]);
  useEffect(() => {
    if (typed.value.trim() === value) return undefined;
    const wait = setTimeout(() => onChange(typed.value.trim()), 200);
    return () => clearTimeout(wait);
  }, [typed.value]);
  return html`<div class="list-search">
    <${Icon} name="search" />
    <input
      type="search"
      aria-label=${label}
      placeholder=${t("list.search_hint")}
      value=${typed.value}
      onInput=${(event) => (typed.value = event.target.value)}
    />
  </div>`;
}

/** The saved views of the list, and saving what is shown as one. */
function Views({ name, query, asked, arrangement, onArrange }) {
  const naming = useSignal(false);
  const views = viewsOf(name);
  const current = views.find((view) => view.id === query.view);
  const settings = { q: asked.q, filter: asked.filter, sort: asked.sort, arrangement: arrangement ?? null };
  const changed = current && JSON.stringify(settings) !== JSON.stringify(current.settings);
  const mayChange =
    current && (current.owner_id === me.value ? !current.shared || can("views.share") : can("views.share"));
  const show = (view) => {
    const { q, filter, sort, arrangement: columns } = view.settings;
    onArrange(columns ?? null);
    go(addressOf(name, null, { q, filter, sort, view: view.id }));
  };
  const save = () =>
    attempt(() => savedViews.change(current, { settings })).then((done) => {
      if (done) toast(t("views.saved"), { kind: "success" });
    });
  const remove = async () => {
    if ((await attempt(() => savedViews.remove(current).then(() => true))) === undefined) return;
    go(addressOf(name));
    toast(t("views.removed", { name: current.name }), {
      action: {
        label: t("action.undo"),
        run: () =>
          attempt(() =>
            savedViews.add({
              list: name,
              name: current.name,
              shared: current.shared,
              settings: current.settings,
            }),
          ),
      },
    });
  };
  return html`<nav class="view-tabs" aria-label=${t("views.label")}>
    <button
      type="button"
      class="view-tab"
      aria-pressed=${!current && !asked.q && !asked.filter}
      onClick=${() => go(addressOf(name))}
    >${t("views.all")}</button>
    ${views.map(
      (view) => html`<button
        type="button"
        key=${view.id}
        class="view-tab"
        aria-pressed=${view === current}
        title=${view.shared ? t("views.shared") : undefined}
        onClick=${() => show(view)}
      >
        ${view.name}
        ${view.shared && html`<${Icon} name="users-round" size=${13} label=${t("views.shared")} />`}
      </button>`,
    )}
    ${
      changed &&
      mayChange &&
      html`<${Button} small icon="save" onClick=${save}>${t("views.save_changes")}<//>`
    }
    <${Button} small kind="ghost" icon="bookmark" onClick=${() => (naming.value = true)}>
      ${t("views.save_as")}
    <//>
    ${
      current &&
      mayChange &&
      html`<${Button}
        small
        kind="ghost"
        icon="trash-2"
        label=${t("views.remove", { name: current.name })}
        onClick=${remove}
      />`
    }
    ${
      naming.value &&
      html`<${NameView}
        list=${name}
        settings=${settings}
        onSaved=${show}
        onClose=${() => (naming.value = false)}
      />`
    }
  </nav>`;
}

function NameView({ list, settings, onSaved, onClose }) {
  const typed = useSignal("");
  const shared = useSignal(false);
  const save = async (event) => {
    event.preventDefault();
    const body = { list, name: typed.value.trim(), shared: shared.value, settings };
    const view = await attempt(() => savedViews.add(body));
    if (!view) return;
    onClose();
    onSaved(view);
  };
  return html`<${Dialog} title=${t("views.save_as")} onClose=${onClose}>
    <form onSubmit=${save}>
      <label class="field">
        <span>${t("views.name")}</span>
        <input
          required
          autofocus
          maxlength="60"
          value=${typed.value}
          onInput=${(event) => (typed.value = event.target.value)}
        />
      </label>
      ${
        can("views.share") &&
        html`<label class="switch">
          <input
            type="checkbox"
            checked=${shared.value}
            onChange=${(e) => (shared.value = e.target.checked)}
          />
          <span>${t("views.share")}</span>
        </label>`
      }
      <footer>
        <${Button} onClick=${onClose}>${t("action.cancel")}<//>
        <${Button} kind="primary" type="submit">${t("action.save")}<//>
      </footer>
    </form>
  <//>`;
}
