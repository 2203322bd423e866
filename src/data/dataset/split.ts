import { AppError } from "../../core/errors.ts";
import { shuffledOrder } from "../../core/rng.ts";

/** Rows of one class, and how many of them are taken. */
interface Stratum {
  readonly id: number;
  readonly rows: Uint32Array;
}

/**
 * Chooses `count` rows so that every class keeps its share, largest remainders deciding the odd ones, by seed.
 *
 * classes: per row its class; one number for all where there are none. Returns row indices, ascending.
 */
export function stratifiedChoice(classes: ArrayLike<number>, count: number, seed: number): number[] {
  return Array.from(chosenRows(classes, count, seed, "sample", (stratum) => stratum.rows.length));
}

/**
 * Splits rows in two, every class by the same share; no class leaves the first part altogether. Both parts keep the
 * file's order.
 *
 * Errors: bad-settings for a share outside (0, 1); bad-table where no row can be spared.
 */
export function stratifiedSplit(
  classes: ArrayLike<number>,
  secondShare: number,
  seed: number,
): { readonly first: Uint32Array; readonly second: Uint32Array } {
  if (!(secondShare > 0 && secondShare < 1)) {
    throw new AppError("bad-settings", `The share for the dev set is ${secondShare}; it must be between 0 and 1.`);
  }
  const count = Math.max(1, Math.round(classes.length * secondShare));
  const second = chosenRows(classes, count, seed, "split", (stratum) => stratum.rows.length - 1);
  if (second.length === 0) {
    const found = `${classes.length} examples with hardly two of a label`;
    throw new AppError("bad-table", `${found} cannot be split into train and dev. Drop a dev file, or more rows.`);
  }
  const taken = new Uint8Array(classes.length);
  for (const row of second) taken[row] = 1;
  const first = new Uint32Array(classes.length - second.length);
  let kept = 0;
  for (let row = 0; row < classes.length; row++) if (taken[row] === 0) first[kept++] = row;
  return { first, second };
}

function chosenRows(
  classes: ArrayLike<number>,
  count: number,
  seed: number,
  label: string,
  capacity: (stratum: Stratum) => number,
): Uint32Array {
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
  const chosen = new Uint32Array(quotas.reduce((sum, { quota }) => sum + quota, 0));
  let taken = 0;
  for (const { stratum, quota } of quotas) {
    const order = shuffledOrder(seed, `${label} ${stratum.id}`, 0, stratum.rows.length);
    for (let place = 0; place < quota; place++) chosen[taken++] = stratum.rows[order[place] ?? 0] ?? 0;
  }
  return chosen.sort();
}

function strataOf(classes: ArrayLike<number>): readonly Stratum[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < classes.length; row++) {
    const id = classes[row] ?? 0;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const strata = new Map([...counts].map(([id, count]) => [id, { id, rows: new Uint32Array(count), filled: 0 }]));
  for (let row = 0; row < classes.length; row++) {
    const stratum = strata.get(classes[row] ?? 0);
    if (stratum !== undefined) stratum.rows[stratum.filled++] = row;
  }
  return [...strata.values()].sort((left, right) => left.id - right.id);
}
