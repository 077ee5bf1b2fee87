// The studio: one bot at a time, its parts on the left, what is open in the middle, the test chat beside it.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t, word } from "../../shared/i18n/index.js";
import { number, percent } from "../../shared/i18n/format.js";
import { Button, Editable, Empty, Icon, Loading, Menu, Progress, Tag } from "../../shared/kit/index.js";
import { explain } from "../../shared/services/feedback.js";
import { cancel, shownByPage } from "../../shared/services/jobs.js";
import { addressOf, go } from "../../shared/services/route.js";
import { can } from "../../shared/services/session.js";
import * as studio from "../services/studio.js";
import { Answers } from "./answers.js";
import { BotDialogs, asked } from "./dialogs.js";
import { Chat } from "./chat.js";
import { Data } from "./data.js";
import { Evaluation } from "./evaluation.js";
import { Figures } from "./figures.js";
import { ProjectFiles } from "./files.js";
import { Intents } from "./intents.js";
import { Review } from "./review.js";
import { Rules } from "./rules.js";
import { Versions } from "./versions.js";

const RULES = ["rule", "story"];
const DATA = ["form", "slot", "entity", "lookup", "synonym", "regex"];
const SECTIONS = {
  build: [
    { id: "intents", icon: "message-circle", view: Intents, kinds: ["intent"] },
    { id: "answers", icon: "reply", view: Answers, kinds: ["response"] },
    { id: "rules", icon: "split", view: Rules, kinds: RULES },
    { id: "data", icon: "clipboard-list", view: Data, kinds: DATA },
    { id: "files", icon: "file-text", view: ProjectFiles },
  ],
  improve: [
    { id: "review", icon: "inbox", view: Review },
    { id: "evaluation", icon: "circle-check", view: Evaluation },
    { id: "versions", icon: "history", view: Versions },
    { id: "figures", icon: "chart-column", view: Figures },
  ],
};
const viewOf = (id) =>
  Object.values(SECTIONS)
    .flat()
    .find((one) => one.id === id)?.view ?? Intents;

export function Bots() {
  useEffect(() => void studio.readBots(), []);
  const bot = studio.bot.value;
  const read = () => Promise.all([studio.readDraft(bot.id), studio.readVersions(bot.id)]);
  const problem = useSignal(null);
  useEffect(() => {
    if (!bot) return;
    problem.value = null;
    read().catch((error) => (problem.value = error));
  }, [bot?.id]);
  const failed = studio.unread.value ?? problem.value;
  if (failed) {
    const retry = () =>
      studio
        .readBots()
        .then(read)
        .then(() => (problem.value = null));
    return html`<main class="page" id="main" tabindex="-1">
      <h1 class="visually-hidden">${t("nav.bots")}</h1>
      <${Empty}
        icon="circle-alert"
        title=${explain(failed)}
        action=${{ label: t("action.retry"), icon: "refresh-cw", run: retry }}
      />
    </main>`;
  }
  if (studio.bots.value && !bot) return html`<${None} />`;
  if (!bot || studio.draft.value?.botId !== bot.id) {
    return html`<main class="page" id="main" tabindex="-1">
      <h1 class="visually-hidden">${t("nav.bots")}</h1>
      <${Loading} rows=${8} />
    </main>`;
  }
  return html`<${Studio} key=${bot.id} bot=${bot} />`;
}

const None = () => html`<main class="page" id="main" tabindex="-1">
  <h1 class="visually-hidden">${t("nav.bots")}</h1>
  <${Empty}
    icon="bot"
    title=${t("bots.no_bot")}
    action=${
      can("bots.write") && { label: t("bots.add"), icon: "plus", run: () => (asked.value = { name: "add" }) }
    }
  />
  <${BotDialogs} />
</main>`;

function Studio({ bot }) {
  const section = studio.section.value;
  const View = viewOf(section);
  const chatting = useSignal(matchMedia("(min-width: 1280px)").matches);
  useEffect(() => {
    shownByPage.value = studio.TRAINING;
    return () => (shownByPage.value = null);
  }, []);
  return html`<main class="page studio ${chatting.value ? "chatting" : ""}" id="main" tabindex="-1">
    <${Head} bot=${bot} chatting=${chatting} />
    <nav class="studio-nav" aria-label=${t("bots.sections")}>
      ${Object.entries(SECTIONS).map(
        ([group, sections]) => html`<div key=${group}>
          <h2>${t(`bots.group.${group}`)}</h2>
          ${sections.map((one) => html`<${Place} key=${one.id} ...${one} here=${one.id === section} />`)}
        </div>`,
      )}
    </nav>
    <section class="studio-main card" aria-label=${t(`bots.section.${section}`)}>
      <${View} key=${section} bot=${bot} />
    </section>
    ${chatting.value && html`<${Chat} bot=${bot} />`}
    <${BotDialogs} />
  </main>`;
}

function Place({ id, icon, kinds, here }) {
  return html`<a href=${studio.addressIn(id)} aria-current=${here ? "page" : undefined}>
    <${Icon} name=${icon} size=${16} />
    <span>${t(`bots.section.${id}`)}</span>
    ${kinds && html`<span class="count">${number(studio.partsOf(...kinds).length)}</span>`}
  </a>`;
}

function Head({ bot, chatting }) {
  const write = can("bots.write");
  return html`<header class="page-head studio-head">
    <h1>
      ${
        write
          ? html`<${Editable} value=${bot.name} label=${t("bots.name")} onSave=${studio.rename} />`
          : bot.name
      }
    </h1>
    <${Standing} bot=${bot} />
    <div class="studio-actions">
      <${Others} bot=${bot} />
      <${Button}
        icon="message-circle"
        aria-pressed=${chatting.value}
        onClick=${() => (chatting.value = !chatting.value)}
      >${t("bots.try")}<//>
      ${
        write &&
        html`<${Button}
          icon="sparkles"
          kind=${bot.changed ? "primary" : "plain"}
          disabled=${Boolean(studio.training.value)}
          onClick=${() => (asked.value = { name: "train" })}
        >${t("bots.train")}<//>`
      }
    </div>
    <${Training} />
  </header>`;
}

/** What answers customers now, and whether the draft is ahead of what was trained. */
function Standing({ bot }) {
  const shares = Object.entries(bot.live);
  const numberOf = (id) => studio.versions.value.find((one) => one.id === id)?.number;
  const live = shares
    .map(([id, share]) => {
      const told = t("bots.version_short", { number: numberOf(id) ?? "…" });
      return share === 100 ? told : `${told} (${percent(share / 100)})`;
    })
    .join(", ");
  return html`<p class="studio-standing">
    <${Tag}
      kind=${shares.length ? "success" : "warning"}
      icon=${shares.length ? "circle-check" : "circle-pause"}
    >${shares.length ? t("bots.live", { versions: live }) : t("bots.silent")}<//>
    ${bot.changed && html`<${Tag} kind="note" icon="pencil">${t("bots.changed")}<//>`}
    <${Tag}>${word("language", bot.language)}<//>
  </p>`;
}

function Training() {
  const version = studio.training.value;
  if (!version) return null;
  const { job } = studio;
  const title = t("bots.training", { number: version.number });
  if (!job.value) return html`<p class="studio-training" role="status">${title}</p>`;
  return html`<div class="studio-training">
    <${Progress} title=${title} job=${job.value} onCancel=${() => cancel(job.value)} />
  </div>`;
}

/** The other bots, and what is done with a whole bot. */
function Others({ bot }) {
  const items = [
    { heading: t("bots.all") },
    ...studio.bots.value.map((one) => ({
      label: one.name,
      checked: one.id === bot.id,
      run: () => go(addressOf("bots", one.id)),
    })),
    { heading: bot.name },
    { label: t("bots.export"), icon: "download", run: () => (location.href = studio.exportUrl(bot.id)) },
    ...(can("bots.write")
      ? [
          { label: t("bots.import"), icon: "file-text", run: () => (asked.value = { name: "import" }) },
          { label: t("bots.add"), icon: "plus", run: () => (asked.value = { name: "add" }) },
        ]
      : []),
    ...(can("bots.publish")
      ? [{ label: t("bots.remove"), icon: "trash-2", run: () => (asked.value = { name: "remove" }) }]
      : []),
  ];
  const button = html`
    <${Icon} name="bot" />
    ${" "}
    <span>${t("bots.menu")}</span>
    <${Icon} name="chevron-down" size=${14} />
  `;
  return html`<${Menu} label=${t("bots.menu")} button=${button} items=${items} className="studio-menu" />`;
}
