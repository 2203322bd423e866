import { AppError } from "../../core/errors.ts";
import { shuffledOrder } from "../../core/rng.ts";
import { Draw } from "./draw.ts";

/** One line of a table that is being made. */
export interface MadeRow {
  readonly cells: readonly string[];
  /** What no two rows of train and dev may share. */
  readonly texts: readonly string[];
}

/** A small made task: its sentences come from a grammar and word lists written for this project. */
export interface SampleTask {
  /** Folder of its files. */
  readonly id: string;
  readonly label: string;
  /** Task whose layout the files have, an id of tasks/. */
  readonly task: string;
  /** One sentence for the page. */
  readonly description: string;
  /** null: the layout has no header line. */
  readonly header: readonly string[] | null;
  /** Makes row `index` of a file; the label follows from the index, so that shares are exact. */
  row(draw: Draw, index: number): MadeRow;
}

/** The two files of a made task, as text. */
export interface SampleFiles {
  readonly train: string;
  readonly dev: string;
}

/** Rows of each made file. */
export const sampleCounts = { train: 500, dev: 300 } as const;

const seed = 20_240_607;
/** Draws for one row before the lists count as too short. */
const maxTries = 1000;

/** Makes both files of a task; no row stands twice in them. */
export function makeSample(sample: SampleTask): SampleFiles {
  const seen = new Set<string>();
  // Dev is drawn from longer lists, so train goes first and finds its sentences free.
  const train = makeFile(sample, "train", seen);
  return { train, dev: makeFile(sample, "dev", seen) };
}

function makeFile(sample: SampleTask, split: "train" | "dev", seen: Set<string>): string {
  const draw = new Draw(seed, sample.id, split);
  const count = sampleCounts[split];
  const rows = Array.from({ length: count }, (_, index) => newRow(sample, draw, index, seen));
  const order = shuffledOrder(seed, `${sample.id}/${split}/order`, 0, count);
  const lines = [...order].map((at) => (rows[at] ?? []).join("\t"));
  return [...(sample.header === null ? [] : [sample.header.join("\t")]), ...lines, ""].join("\n");
}

function newRow(sample: SampleTask, draw: Draw, index: number, seen: Set<string>): readonly string[] {
  for (let tries = 0; tries < maxTries; tries++) {
    const { cells, texts } = sample.row(draw, index);
    const key = texts.join("\t");
    const different = new Set(texts).size === texts.length;
    if (different && !seen.has(key)) {
      seen.add(key);
      return cells;
    }
  }
  throw new AppError("bug", `The grammar of ${sample.id} makes too few different rows: ${index} of one file.`);
}
