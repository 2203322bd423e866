import type { ConfigRecord } from "../contract/run.ts";

/** Mean and sample deviation of a score, both as scores from 0 to 1. */
interface PaperScore {
  readonly mean: number;
  readonly std: number;
}

/** What the paper's scores are of, in words. Source: Zhang et al., NeurIPS 2022, table 1. */
export const paperScores = {
  table: "table 1",
  model: "BERT-large",
  size: "335 million weights",
  seeds: "ten seeds",
} as const;

/** What was published of a method; figures by task are times 100. */
interface PaperFigures {
  /** Of the task's primary score, as paperScores says. Task id to mean and deviation. */
  readonly scores: Readonly<Record<string, readonly [number, number]>>;
  /** Table 6: training time, as a multiple of vanilla's; null where it is not listed. */
  readonly time: number | null;
  /** Table 9: gigabytes of GPU memory at batch size 16; null where it is not listed. */
  readonly memory: number | null;
}

const published: ReadonlyMap<string, PaperFigures> = new Map([
  ["vanilla", { scores: table1([64.11, 1.33], [90.8, 1.77], [70.69, 2.83], [89.92, 0.61]), time: 1, memory: 10.6 }],
  ["mixout", { scores: table1([64.42, 1.51], [91.31, 1.08], [72.05, 1.67], [90.39, 0.57]), time: 1.18, memory: 12.9 }],
  ["r3f", { scores: table1([64.62, 1.38], [91.63, 0.93], [70.75, 1.76], [89.92, 0.61]), time: 1.64, memory: 17.7 }],
  ["r-drop", { scores: table1([64.14, 1.58], [91.87, 0.78], [70.24, 2.83], [90.25, 0.49]), time: 1.64, memory: 17.7 }],
  [
    "child-tuning-d",
    { scores: table1([64.85, 1.32], [91.52, 0.81], [71.69, 1.95], [90.42, 0.44]), time: 3.13, memory: 10.9 },
  ],
  ["re-init", { scores: table1([64.24, 2.03], [91.61, 0.8], [72.44, 1.74], [90.71, 0.14]), time: null, memory: null }],
  [
    "dps-dense",
    { scores: table1([64.98, 1.08], [91.5, 0.83], [73.14, 1.97], [90.51, 0.55]), time: 1.12, memory: 16.3 },
  ],
  ["dps-mix", { scores: table1([65.11, 0.63], [91.78, 0.74], [73.46, 1.46], [90.47, 0.55]), time: 1.3, memory: 21.1 }],
]);

type Score = readonly [number, number];

function table1(cola: Score, mrpc: Score, rte: Score, stsb: Score): PaperFigures["scores"] {
  return { cola, mrpc, rte, stsb };
}

/**
 * What the paper reports of a method on a task, of the primary score; paperScores says of which model. null for what it
 * did not try.
 *
 * Source: Zhang et al., NeurIPS 2022, table 1.
 */
export function scoreInPaper(method: string, task: string | null): PaperScore | null {
  const scores = published.get(method)?.scores ?? {};
  const found = task !== null && Object.hasOwn(scores, task) ? scores[task] : undefined;
  return found === undefined ? null : { mean: found[0] / 100, std: found[1] / 100 };
}

/** The task of an experiment as the paper means it; null for a sample task, whose rows are others. */
export function taskInPaper({ task, rows }: Pick<ConfigRecord, "task" | "rows">): string | null {
  return rows?.train.kind === "sample" ? null : task;
}

/**
 * How much longer than the reference method a method trains, by the paper. null where either is not listed.
 *
 * Source: Zhang et al., NeurIPS 2022, table 6.
 */
export function timeInPaper(method: string, reference: string): number | null {
  return ratio(published.get(method)?.time, published.get(reference)?.time);
}

/**
 * How much more GPU memory than the reference method a method takes at batch size 16, by the paper. null where either
 * is not listed.
 *
 * Source: Zhang et al., NeurIPS 2022, table 9, which gives gigabytes.
 */
export function memoryInPaper(method: string, reference: string): number | null {
  return ratio(published.get(method)?.memory, published.get(reference)?.memory);
}

/**
 * The gigabytes of GPU memory that a method takes at batches of 16 with a model of the Hub, by the paper. null for other
 * models than its BERT-large, and where the method is not listed.
 *
 * Source: Zhang et al., NeurIPS 2022, table 9.
 */
export function gigabytesInPaper(method: string, modelId: string): number | null {
  return modelId.startsWith("google-bert/bert-large-") ? (published.get(method)?.memory ?? null) : null;
}

function ratio(value: number | null = null, base: number | null = null): number | null {
  return value === null || base === null ? null : value / base;
}
