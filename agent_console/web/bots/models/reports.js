// What an evaluation says, in the order in which designers look at it.

/** [{name, precision, recall, f1, examples, change}], the weakest first; `change` of F1 since `before`. */
export function intentsOf(report, before = null) {
  return Object.entries(report.intents)
    .map(([name, quality]) => ({
      name,
      ...quality,
      change: before?.intents?.[name] ? quality.f1 - before.intents[name].f1 : null,
    }))
    .sort((a, b) => a.f1 - b.f1 || a.name.localeCompare(b.name));
}

/** The intents that are taken for others, and what for: the part of the confusion matrix worth looking at. */
export function confusedOf(report, most = 12) {
  const wrong = report.confusion.filter(([expected, answered]) => expected !== answered);
  const weight = new Map();
  for (const [expected, answered, count] of wrong) {
    weight.set(expected, (weight.get(expected) ?? 0) + count);
    weight.set(answered, (weight.get(answered) ?? 0) + count);
  }
  const names = [...weight]
    .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
    .slice(0, most)
    .map(([name]) => name)
    .sort((a, b) => a.localeCompare(b));
  const counts = new Map(
    report.confusion.map(([expected, answered, count]) => [`${expected}\n${answered}`, count]),
  );
  return names.map((expected) => ({
    name: expected,
    cells: names.map((answered) => ({ answered, count: counts.get(`${expected}\n${answered}`) ?? 0 })),
  }));
}

/** The pairs most often taken for each other, whichever way: intents that overlap. */
export function overlapsOf(report, most = 8) {
  const pairs = new Map();
  for (const [expected, answered, count] of report.confusion) {
    if (expected === answered || [expected, answered].includes("out_of_scope")) continue;
    const key = [expected, answered].toSorted().join("\n");
    pairs.set(key, (pairs.get(key) ?? 0) + count);
  }
  return [...pairs]
    .map(([key, count]) => ({ names: key.split("\n"), count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}

export const mistakesOf = (report, expected, answered) =>
  report.mistakes.filter(
    (one) => (!expected || one.expected === expected) && (!answered || one.answered === answered),
  );

const FIGURES = ["accuracy", "macro_f1", "out_of_scope_recall", "calibration_error"];

/** [{name, value, change}] of a report, against another where there is one. */
export const figuresOf = (report, before = null) =>
  FIGURES.filter((name) => report[name] !== null && report[name] !== undefined).map((name) => ({
    name,
    value: report[name],
    change: typeof before?.[name] === "number" ? report[name] - before[name] : null,
  }));

/** The point of the curve that the threshold in use is nearest to. */
export const pointAt = (curve, floor) =>
  curve.reduce(
    (best, one) => (best && Math.abs(best.floor - floor) <= Math.abs(one.floor - floor) ? best : one),
    null,
  );
