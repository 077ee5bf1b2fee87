// Long work of mine, in a corner of every page: how far it is, stopping it, and what came of it.

import { html } from "htm/preact";
import { t } from "../../shared/i18n/index.js";
import { Progress } from "../../shared/kit/index.js";
import { jobFileUrl } from "../../shared/services/api.js";
import { attempt } from "../../shared/services/feedback.js";
import { cancel, dismiss, jobs, shownByPage, undo } from "../../shared/services/jobs.js";

export function JobsTray() {
  const shown = jobs.value.filter((job) => job.kind !== shownByPage.value);
  if (shown.length === 0) return null;
  return html`<section class="jobs-tray" aria-label=${t("jobs.label")}>
    ${shown.map(
      (job) => html`<${Progress}
        key=${job.id}
        title=${t(`jobs.kind.${job.kind}`)}
        job=${job}
        file=${job.file_name && job.status === "done" ? jobFileUrl(job.id) : null}
        onUndo=${job.undoable ? () => attempt(() => undo(job)) : null}
        onCancel=${() => attempt(() => cancel(job))}
        onDismiss=${() => dismiss(job)}
      />`,
    )}
  </section>`;
}
