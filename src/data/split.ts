import { AppError } from "../core/errors.ts";
import { shuffledOrder } from "../core/rng.ts";

/** Rows of one class, and how many of them are taken. */
interface Stratum {
  readonly id: number;
  readonly rows: number[];
}

/**
 * Chooses `count` rows so that every class keeps its share, largest remainders deciding the odd ones, by seed.
 *
 * classes: per row its class; one number for all where there are none. Returns row indices, ascending.
 */
export function stratifiedChoice(classes: readonly number[], count: number, seed: number): number[] {
  return chosenRows(classes, count, seed, "sample", (stratum) => stratum.rows.length);
}

/**
 * Splits rows in two, every class by the same share; no class leaves the first part altogether. Both parts keep the
 * file's order.
 *
 * Errors: bad-settings for a share outside (0, 1); bad-table where no row can be spared.
 */
export function stratifiedSplit(
  classes: readonly number[],
  secondShare: number,
  seed: number,
): { readonly first: number[]; readonly second: number[] } {
  if (!(secondShare > 0 && secondShare < 1)) {
    throw new AppError("bad-settings", `The share for the dev set is ${secondShare}; it must be between 0 and 1.`);
  }
  const count = Math.max(1, Math.round(classes.length * secondShare));
  const second = chosenRows(classes, count, seed, "split", (stratum) => stratum.rows.length - 1);
  if (second.length === 0) {
    const found = `${classes.length} examples with hardly two of a label`;
    throw new AppError("bad-table", `${found} cannot be split into train and dev. Drop a dev file, or more rows.`);
  }
  const taken = new Set(second);
  return { first: [...classes.keys()].filter((row) => !taken.has(row)), second };
}

function chosenRows(
  classes: readonly number[],
  count: number,
  seed: number,
  label: string,
  capacity: (stratum: Stratum) => number,
): number[] {
  const strata = strataOf(classes);
  const total = Math.min(count, classes.length);
  const quotas = strata.map((stratum) => {
    const exact = (stratum.rows.length * total) / classes.length;
    return { stratum, exact, quota: Math.min(Math.floor(exact), capacity(stratum)) };
  });
  const missing = total - quotas.reduce((sum, { quota }) => sum + quota, 0);
  const spare = quotas.filter(({ stratum, quota }) => quota < capacity(stratum));
  spare.sort(
    (left, right) => right.exact - right.quota - (left.exact - left.quota) || left.stratum.id - right.stratum.id,
  );
  for (const entry of spare.slice(0, missing)) entry.quota += 1;
  const chosen = quotas.flatMap(({ stratum, quota }) => {
    const order = shuffledOrder(seed, `${label} ${stratum.id}`, 0, stratum.rows.length);
    return Array.from(order.subarray(0, quota), (index) => stratum.rows[index] ?? 0);
  });
  return chosen.sort((left, right) => left - right);
}

function strataOf(classes: readonly number[]): readonly Stratum[] {
  const strata = new Map<number, Stratum>();
  for (const [row, id] of classes.entries()) {
    const stratum = strata.get(id) ?? { id, rows: [] };
    stratum.rows.push(row);
    strata.set(id, stratum);
  }
  return [...strata.values()].sort((left, right) => left.id - right.id);
}
