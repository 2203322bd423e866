/**
 * p-values after Holm's correction for several comparisons, in the order given: the k-th smallest of m times m - k + 1,
 * never below a smaller one's. A correction that holds whether or not the comparisons depend on each other, as those
 * against one reference do.
 *
 * Source: Holm 1979.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((left, right) => (pValues[left] ?? 0) - (pValues[right] ?? 0));
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  for (const [place, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - place)));
    adjusted[index] = largest;
  }
  return adjusted;
}
