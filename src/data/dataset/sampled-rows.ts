import type { TaskKind } from "../../contract/catalog.ts";
import type { SampleChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { stratifiedChoice } from "./split.ts";

/** What a sample is drawn from. */
interface SampledFrom {
  /** [rows] class index or score; of rows with several labels a number for each set of them. */
  readonly labels: ArrayLike<number>;
  /** All but classes are one stratum: few rows have the same score, or the same set of labels. */
  readonly kind: TaskKind;
  /** For messages: the file, or what stands for it. */
  readonly name: string;
}

/**
 * Rows drawn by seed with the labels' shares kept, ascending.
 *
 * Errors: bad-settings for a count or seed that is none, for more rows than there are, and for a sample with one label
 * only.
 */
export function sampledRows({ labels, kind, name }: SampledFrom, choice: SampleChoice): readonly number[] {
  const of = labels.length;
  const count = checkedCount(choice, of, name);
  const rows = stratifiedChoice(strataOf(labels, kind), count, choice.seed);
  if (new Set(rows.map((row) => labels[row])).size >= 2) return rows;
  const found = `A sample of ${count} of ${of} rows leaves one label only, so there is nothing to learn`;
  throw new AppError("bad-settings", `${found}. Take more rows.`);
}

/** Per row its class; 0 where there are no classes. */
export function strataOf(labels: ArrayLike<number>, kind: TaskKind): ArrayLike<number> {
  return kind === "classification" ? labels : new Uint8Array(labels.length);
}

function checkedCount({ count, seed }: SampleChoice, of: number, name: string): number {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new AppError("bad-settings", `A sample of ${count} rows was asked for; it must be a whole number from 1.`);
  }
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff)) {
    throw new AppError("bad-settings", `Seed ${seed} of the sample is not a whole number from 0 to 4294967295.`);
  }
  if (count <= of) return count;
  throw new AppError(
    "bad-settings",
    `A sample of ${count} rows was asked for, but ${name} has ${of} to draw from. Take at most ${of}, or all.`,
  );
}
