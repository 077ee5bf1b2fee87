// How fast long work goes, worked out from what the server says of it.

/** {part, rate, left}: the part done (0 to 1), things a second, seconds left; null where not known yet. */
export function paceOf(job) {
  const part = job.total ? Math.min(1, job.done / job.total) : null;
  const seconds = job.started_at ? (Date.parse(job.updated_at) - Date.parse(job.started_at)) / 1000 : 0;
  const rate = seconds > 0 && job.done > 0 ? job.done / seconds : null;
  const left = rate && job.total ? Math.ceil((job.total - job.done) / rate) : null;
  return { part, rate, left };
}
