// In a customer's file: whom they may be the same as, and the dialog that decides.

import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../shared/i18n/index.js";
import { percent, phone } from "../../shared/i18n/format.js";
import { Button, Dialog, Icon, Loading } from "../../shared/kit/index.js";
import { attempt } from "../../shared/services/feedback.js";
import { can } from "../../shared/services/session.js";
import { planOf, shownChance, winnerOf } from "../models/compare.js";
import { compare, likely, merge, readLikely, sayNotSame } from "../services/duplicates.js";
import { Reasons, SideBySide } from "./side_by_side.js";

const MOST = 3;

/** `onMerged(id)`: the file that stays. */
export function Likely({ id, onMerged }) {
  const open = useSignal(null);
  useEffect(() => void readLikely(id), [id]);
  const found = likely.value[id] ?? [];
  if (found.length === 0) return null;
  return html`<div class="likely" role="note">
    ${found.slice(0, MOST).map(
      (item) => html`<div key=${item.party.id}>
        <p>
          <${Icon} name="users" />
          <b>${t("duplicates.likely", { name: phone(item.party.name) })}</b>
          <small>${percent(shownChance(item.probability))}</small>
        </p>
        <${Reasons} reasons=${item.reasons} />
        ${
          can("customers.merge") &&
          html`<${Button} small onClick=${() => (open.value = item)}>${t("duplicates.compare")}<//>`
        }
      </div>`,
    )}
    ${
      open.value &&
      html`<${CompareDialog}
        id=${id}
        item=${open.value}
        onDone=${(kept) => {
          open.value = null;
          readLikely(id);
          if (kept) onMerged?.(kept);
        }}
        onClose=${() => (open.value = null)}
      />`
    }
  </div>`;
}

function CompareDialog({ id, item, onDone, onClose }) {
  const both = useSignal(null);
  const chosen = useSignal({});
  const kept = useSignal(null);
  useEffect(() => {
    attempt(() => compare(id, item.party.id)).then((answer) => {
      if (!answer) return onClose();
      kept.value = winnerOf(answer.one, answer.other).id;
      both.value = answer;
      return undefined;
    });
  }, []);
  const title = t("duplicates.likely", { name: phone(item.party.name) });
  if (!both.value) {
    return html`<${Dialog} wide title=${title} onClose=${onClose}>
      <${Loading} rows=${5} />
    <//>`;
  }
  const { one, other, counts } = both.value;
  const { winner, loser, take } = planOf(one, other, kept.value, chosen.value);
  const doMerge = async () => {
    if (await merge(winner, loser, take)) onDone(winner.id);
  };
  const doSplit = async () => {
    if (await sayNotSame(one, other, { onUndone: () => readLikely(id) })) onDone(null);
  };
  const turn = () => {
    kept.value = loser.id;
    chosen.value = {};
  };
  return html`<${Dialog} wide title=${title} onClose=${onClose}>
    <div class="pair-head">
      <${Reasons} reasons=${item.reasons} />
    </div>
    <${SideBySide} one=${one} other=${other} kept=${kept.value} chosen=${chosen} onTurn=${turn} />
    <p class="dialog-hint">${t("duplicates.moved", counts[loser.id])}</p>
    <footer>
      <${Button} icon="x" onClick=${doSplit}>${t("duplicates.other_person")}<//>
      <${Button} kind="primary" icon="git-merge" onClick=${doMerge}>${t("duplicates.merge")}<//>
    </footer>
  <//>`;
}
