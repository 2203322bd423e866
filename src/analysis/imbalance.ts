import { formatWhole } from "../core/format.ts";

/** So many times the rows of the smallest class are worth a word. */
const muchLarger = 3;

/**
 * Says that one class or label has far more rows than another; null where none has. counts: rows by label; those without a
 * row are left out, as nothing is learnt of them.
 */
export function imbalanceText(labels: readonly string[], counts: readonly number[]): string | null {
  const there = labels
    .map((label, index) => ({ label, count: counts[index] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((left, right) => right.count - left.count);
  const [largest, smallest] = [there[0], there.at(-1)];
  if (largest === undefined || smallest === undefined || largest.count < muchLarger * smallest.count) return null;
  const times = Number((largest.count / smallest.count).toPrecision(2));
  return (
    `Uneven: of the training rows ${formatWhole(largest.count)} are ${JSON.stringify(largest.label)} and ` +
    `${formatWhole(smallest.count)} ${JSON.stringify(smallest.label)}, ${times} times fewer. ` +
    "Balanced class weights make the rare count as much."
  );
}
