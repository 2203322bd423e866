/** Letters to insert, delete, replace or swap to turn one word into the other (restricted Damerau-Levenshtein). */
export function editDistance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, i) =>
    Array.from({ length: to.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      const row = rows[i];
      if (row !== undefined) row[j] = swapped ? Math.min(best, at(i - 2, j - 2) + 1) : best;
    }
  }
  return at(from.length, to.length);
}

/**
 * "Did you mean dps-dense?" where one of the known words was probably meant, else `otherwise`. Dashes, underscores and
 * capitals do not count.
 */
export function adviceFor(typed: string, known: readonly string[], otherwise: string): string {
  const plain = (word: string): string => word.toLowerCase().replace(/[-_]/g, "");
  const meant = plain(typed);
  const distances = known.map((word) => ({ word, distance: editDistance(meant, plain(word)) }));
  const [nearest] = distances.sort((left, right) => left.distance - right.distance);
  const begun = meant.length < 3 ? [] : known.filter((word) => plain(word).startsWith(meant));
  const close = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(meant.length / 3));
  const word = close ? nearest.word : begun.length === 1 ? begun[0] : undefined;
  return word === undefined ? otherwise : `Did you mean ${word}?`;
}
