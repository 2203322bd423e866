/** Ranks from 1 for the smallest; equal values share the mean of theirs. */
export function ranksOf(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

/**
 * Average rank of every column over the rows of a table of scores, 1 for the highest; equal scores share their ranks.
 * Rows: seeds, or tasks; columns: methods. Rows in which a score is missing are left out; null where none is left.
 */
export function averageRanks(table: readonly (readonly (number | null)[])[]): number[] | null {
  const whole = table.flatMap((row) => {
    const scores = row.filter((score) => score !== null);
    return scores.length === row.length ? [ranksOf(scores.map((score) => -score))] : [];
  });
  const [first] = whole;
  if (first === undefined) return null;
  return first.map((_, column) => whole.reduce((sum, row) => sum + (row[column] ?? 0), 0) / whole.length);
}
