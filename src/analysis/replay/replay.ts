import type { Replay, ReplayMask, ReplaySelection } from "../../contract/replay.ts";
import type { ExperimentResult, RunRecord, SelectionRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { fromBase64, toBase64 } from "../../core/base64.ts";
import { evenSteps, stageSpans } from "../time/curves.ts";

/** What a result calls by its id. */
interface Names {
  readonly task: string;
  /** The score that is played. */
  readonly metric: { readonly id: string; readonly label: string };
}

/** Scores of a run that are played. */
const pointLimit = 24;

/**
 * Takes of a finished experiment what the first screen plays: every run's score, what one run selected, and how the
 * methods compare. Errors: bad-settings for a grid, and for an experiment in which nothing is compared.
 */
export function replayOf(result: ExperimentResult, { task, metric }: Names): Replay {
  const { config } = result;
  const runs = result.runs.filter(({ status }) => status === "completed");
  const comparisons = result.comparisons.filter(({ score }) => score === metric.id);
  const [first] = comparisons;
  if (config.plan.grid.length > 0 || first === undefined) {
    const found = first === undefined ? "compares no methods" : "varies a setting";
    throw new AppError("bad-settings", `The experiment ${found}; one that can be played compares methods over seeds.`);
  }
  const selecting = new Set(runs.filter(({ selections }) => selections.length > 0).map(({ method }) => method));
  return {
    model: config.model.name,
    parameterCount: config.model.parameterCount,
    task,
    trainCount: config.trainCount,
    devCount: config.devCount,
    metric: metric.label,
    guess: guessOf(result, metric.id),
    reference: first.reference,
    methods: [...new Set(runs.map(({ method }) => method))].map((id) => ({
      id,
      label: runs.find(({ method }) => method === id)?.label ?? id,
      selects: selecting.has(id),
    })),
    stepCount: Math.max(1, ...runs.map(({ stepCount }) => stepCount)),
    curves: runs.flatMap((run) => curveOf(run, metric.id)),
    comparisons: comparisons.map(({ method, seeds, differences, difference, interval, verdict, sentence }) => ({
      method,
      seeds,
      differences: differences.map((one) => Number(one.toFixed(6))),
      difference,
      interval,
      verdict,
      sentence,
    })),
    selection: selectionOf(runs),
  };
}

/** Accuracy of the answer that is most common among the targets; null where the score is another, or they are not kept. */
function guessOf({ answers }: ExperimentResult, metric: string): number | null {
  const targets = answers?.kind === "classes" ? fromBase64(answers.targets) : null;
  if (targets === null || targets.length === 0 || metric !== "accuracy") return null;
  const counts = new Map<number, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  return Math.max(...counts.values()) / targets.length;
}

function curveOf({ method, seed, evaluations }: RunRecord, metric: string): Replay["curves"] {
  const points = evaluations.flatMap(({ step, scores }): [number, number][] => {
    const score = scores[metric];
    return typeof score === "number" ? [[step, Number(score.toFixed(5))]] : [];
  });
  const wanted = new Set(
    evenSteps(
      points.map(([step]) => step),
      pointLimit,
    ),
  );
  return points.length === 0 ? [] : [{ method, seed, points: points.filter(([step]) => wanted.has(step)) }];
}

/** The first run that selects, of those whose masks were kept if there are any. */
function selectionOf(runs: readonly RunRecord[]): ReplaySelection | null {
  const selecting = runs.filter(({ selections }) => selections.length > 1);
  const run = selecting.find((one) => maskOf(one) !== null) ?? selecting[0];
  if (run === undefined) return null;
  const [first] = run.selections;
  const [kept, size] = ["kept" as const, "size" as const].map((field) =>
    (first?.matrices ?? []).reduce((sum, matrix) => sum + matrix[field], 0),
  );
  return {
    method: run.method,
    seed: run.seed,
    keptShare: (kept ?? 0) / (size ?? 1),
    steps: run.selections.map(({ step }) => step),
    updates: stageSpans(run.steps, 2).map(({ from, to }) => [from, to] as const),
    swapped: swappedOf(run.selections),
    mask: maskOf(run),
  };
}

function swappedOf(selections: readonly SelectionRecord[]): ReplaySelection["swapped"] {
  const layers = [...new Set(selections.flatMap(({ matrices }) => matrices.flatMap(({ layer }) => layer ?? [])))];
  return layers.map((layer) => ({
    layer,
    shares: selections.slice(1).map(({ matrices }) => swappedShare(matrices.filter((one) => one.layer === layer))),
  }));
}

/** Share of the selected weights that the selection before did not have: 1 − 2J / (1 + J), J the Jaccard overlap. */
function swappedShare(matrices: SelectionRecord["matrices"]): number {
  let kept = 0;
  let swapped = 0;
  for (const { kept: own, overlap } of matrices) {
    if (overlap === null) continue;
    kept += own;
    swapped += own * (1 - (2 * overlap) / (1 + overlap));
  }
  return kept === 0 ? 0 : Number((swapped / kept).toFixed(5));
}

/** The rows of the first head in the first matrix with a head's rows whose masks were kept; null where there is none. */
function maskOf({ subnetwork, selections }: RunRecord): ReplayMask | null {
  for (const { matrix: name, masks } of subnetwork?.masks ?? []) {
    const matrix = subnetwork?.matrices.find((one) => one.name === name);
    const { layer = null, part = null } = matrix ?? {};
    const ofHeads = part === "query" || part === "key" || part === "value";
    if (subnetwork === null || matrix === undefined || layer === null || !ofHeads || subnetwork.headCount === 0)
      continue;
    const rows = matrix.rows / subnetwork.headCount;
    // The last picture is taken after the last step, and shows the last selection once more.
    const bits = masks.slice(0, selections.length).map((one) => firstBits(one, rows * matrix.cols));
    if (bits.every((one) => one !== null)) return { layer, part, head: 0, rows, cols: matrix.cols, bits };
  }
  return null;
}

/** The first `count` bits, as base64; null where there are fewer. */
function firstBits(mask: string, count: number): string | null {
  const bytes = fromBase64(mask);
  const wanted = Math.ceil(count / 8);
  return bytes === null || bytes.length < wanted ? null : toBase64(bytes.subarray(0, wanted));
}
