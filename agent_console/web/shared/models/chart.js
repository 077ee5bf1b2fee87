// Geometry of charts: from numbers to places, without a page.

/** A round step and the top above the largest value: 0, step, 2 step … top. Of counts the step is `whole`. */
export function ticksFor(largest, { count = 4, whole = false } = {}) {
  if (!(largest > 0)) return [0, 1];
  const rough = Math.max(largest / count, whole ? 1 : 0);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10]
    .map((one) => one * power)
    .find((one) => one >= rough && (!whole || Number.isInteger(one)));
  const ticks = [];
  for (let i = 0; ticks.length === 0 || ticks.at(-1) < largest; i++)
    ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

/** The largest value to be shown; of stacked series the largest sum. */
export function largestOf(series, stacked) {
  const length = Math.max(0, ...series.map((one) => one.values.length));
  const at = (i) => series.map((one) => one.values[i] ?? 0);
  const tops = Array.from({ length }, (_, i) =>
    stacked ? at(i).reduce((sum, value) => sum + value, 0) : Math.max(...at(i)),
  );
  return Math.max(0, ...tops);
}

/** The path of a line through its values; a gap where there is none. */
export function linePath(values, x, y) {
  let pen = "M";
  return values
    .map((value, i) => {
      if (value === null || value === undefined) {
        pen = "M";
        return "";
      }
      const part = `${pen}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      pen = "L";
      return part;
    })
    .join("");
}

/** How strongly a value of a heat map is coloured, 0 to 1. */
export const strength = (value, largest) => (largest > 0 ? Math.max(0, value) / largest : 0);

/** Which labels of an axis to write, so that they do not run into each other. */
export function everyOther(count, room, each) {
  const step = Math.max(1, Math.ceil((count * each) / Math.max(1, room)));
  return (i) => i % step === 0;
}
