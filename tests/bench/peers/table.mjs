/** @typedef {import("./row.mjs").Row} Row */

/** How far a loss may be from this engine's, as a share of it: sums of f32 in another order come out closer. */
const mostDifference = 1e-5;

/**
 * Whether a row ran and its losses are those of the first row, beside what its own error explains.
 * @param {Row} row @param {Row} first
 */
export function isSameStep(row, first) {
  // Not `some` with `>`: a loss that is no number must not pass.
  const same = first.losses.every((loss, index) => {
    const difference = Math.abs((row.losses[index] ?? Number.NaN) - loss);
    return difference <= mostDifference * Math.abs(loss) + row.lossError;
  });
  return row.failure === null && first.failure === null && same;
}

/** The largest difference of a row's losses to the first row's, as a share. @param {Row} row @param {Row} first */
function differenceOf(row, first) {
  const shares = first.losses.map((loss, index) => Math.abs((row.losses[index] ?? Number.NaN) / loss - 1));
  return Math.max(...shares);
}

/** The rows as a table, times a step; the first is what the others are compared with. @param {readonly Row[]} rows */
export function tableOf(rows) {
  const [first] = rows;
  if (first === undefined) return "";
  const heads = ["", "median ms", "least ms", "x ours", "first losses", "largest difference of losses"];
  const all = [heads, ...rows.map((row) => cellsOf(row, first))];
  const widths = heads.map((_, column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const numbers = [1, 2, 3];
  return all
    .map((cells) => cells.map((cell, at) => padded(cell, widths[at] ?? 0, numbers.includes(at))).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

/** @param {Row} row @param {Row} first @returns {readonly string[]} */
function cellsOf(row, first) {
  if (row.failure !== null) return [row.label, "failed", "", "", "", row.failure];
  const difference = differenceOf(row, first).toExponential(1);
  const allowed = row.lossError === 0 ? "" : ` (its own error: up to ${row.lossError.toExponential()})`;
  return [
    row.label,
    median(row.ms).toFixed(1),
    Math.min(...row.ms).toFixed(1),
    (median(row.ms) / median(first.ms)).toFixed(2),
    row.losses.map((loss) => loss.toFixed(6)).join(" "),
    isSameStep(row, first) ? difference + allowed : `${difference} NOT THE SAME STEP`,
  ];
}

/** @param {string} cell @param {number} width @param {boolean} number */
function padded(cell, width, number) {
  return number ? cell.padStart(width) : cell.padEnd(width);
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
