import type { Reference } from "./array.ts";

/** Rounding bound per unit of magnitude: eight times half a unit in the last place of f32. */
export const roundingShare = 8 * 2 ** -24;

const shownAtMost = 12;

/**
 * What is wrong with `got`, as text, or null when |got - value| <= 8 * 2^-24 * magnitude + allowance everywhere.
 *
 * allowance: absolute, one number or one per element. NaN, infinity, a wrong length and nothing to compare are faults,
 * and so is a bound that is not finite, under which anything would pass.
 */
export function difference(
  got: ArrayLike<number>,
  want: Reference,
  allowance: number | ArrayLike<number> = 0,
): string | null {
  const count = want.value.length;
  if (count === 0) return "the reference is empty: nothing would be compared";
  if (got.length !== count) return `length ${got.length}, wanted ${count}`;
  if (want.magnitude.length !== count) return `magnitude has length ${want.magnitude.length}, wanted ${count}`;
  if (typeof allowance !== "number" && allowance.length !== count) {
    return `allowance has length ${allowance.length}, wanted ${count}`;
  }
  const bad: number[] = [];
  for (let index = 0; index < count; index++) {
    if (!isClose(got, want, allowance, index)) bad.push(index);
  }
  const first = bad[0];
  if (first === undefined) return null;
  return [`${bad.length} of ${count} elements differ; first:`, ...region(got, want, allowance, first)].join("\n");
}

/** Throws with the first bad region, one neighbour on each side, unless `got` is within its bound everywhere. */
export function expectClose(got: ArrayLike<number>, want: Reference, allowance: number | ArrayLike<number> = 0): void {
  const problem = difference(got, want, allowance);
  if (problem !== null) throw new Error(problem);
}

function boundAt(want: Reference, allowance: number | ArrayLike<number>, index: number): number {
  const extra = typeof allowance === "number" ? allowance : (allowance[index] ?? Number.NaN);
  return roundingShare * (want.magnitude[index] ?? Number.NaN) + extra;
}

function isClose(
  got: ArrayLike<number>,
  want: Reference,
  allowance: number | ArrayLike<number>,
  index: number,
): boolean {
  const bound = boundAt(want, allowance, index);
  const error = Math.abs((got[index] ?? Number.NaN) - (want.value[index] ?? Number.NaN));
  return Number.isFinite(bound) && error <= bound;
}

function region(
  got: ArrayLike<number>,
  want: Reference,
  allowance: number | ArrayLike<number>,
  first: number,
): string[] {
  const count = want.value.length;
  let end = first;
  while (end < count && !isClose(got, want, allowance, end)) end++;
  const lines: string[] = [];
  const last = Math.min(end, first + shownAtMost - 2, count - 1);
  for (let index = Math.max(0, first - 1); index <= last; index++) {
    const mark = isClose(got, want, allowance, index) ? " " : "!";
    const error = Math.abs((got[index] ?? Number.NaN) - (want.value[index] ?? Number.NaN));
    lines.push(
      `${mark} [${index}] got ${got[index]}, wanted ${want.value[index]}, ` +
        `error ${error.toExponential(2)}, bound ${boundAt(want, allowance, index).toExponential(2)}`,
    );
  }
  if (last < Math.min(end, count - 1)) lines.push(`  … the bad region ends before [${end}]`);
  return lines;
}
