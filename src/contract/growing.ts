import { formatWhole } from "../core/format.ts";
import type { ConfigRecord, ExperimentPlan, ModelRecord, RowsRecord, TableSource } from "./run.ts";

/** What tells a model from another, and which weights it has; where its files lay does not. */
const modelKeys = [
  "name",
  "family",
  "parameterCount",
  "hiddenSize",
  "layerCount",
  "headCount",
  "vocabularySize",
  "lowercase",
] as const satisfies readonly (keyof ModelRecord)[];

/** The same weights, as far as records tell. */
export function sameModel(left: ModelRecord, right: ModelRecord): boolean {
  const commit = ({ source }: ModelRecord): string | null => (source.kind === "hub" ? source.commit : null);
  const [one, other] = [commit(left), commit(right)];
  return (
    modelKeys.every((key) => left[key] === right[key]) &&
    (one === null || other === null || one === other) &&
    JSON.stringify(left.adaptations) === JSON.stringify(right.adaptations)
  );
}

/**
 * What must be loaded so that runs can be added to a result, as sentences; [] where that is what is loaded. `now`: what
 * the same plan would be with the model and data of now.
 */
export function missingToGrow(before: ConfigRecord, now: ConfigRecord): readonly string[] {
  const problems: string[] = [];
  if (!sameModel(before.model, now.model)) {
    problems.push(`load the model ${modelWords(before.model)} (loaded: ${modelWords(now.model)})`);
  }
  const rows = before.rows !== null && now.rows !== null && rowsWords(before.rows) !== rowsWords(now.rows);
  const others = before.task !== now.task || JSON.stringify(before.labels) !== JSON.stringify(now.labels);
  const counts = before.trainCount !== now.trainCount || before.devCount !== now.devCount;
  if (rows || others || counts) problems.push(`load its rows: ${dataWords(before)} (loaded: ${dataWords(now)})`);
  const [sets, loaded] = [before, now].map(({ transfers }) =>
    transfers.map(({ name, rowCount }) => `${name}, ${formatWhole(rowCount)} rows`).join("; "),
  );
  if (sets !== loaded) problems.push(`score on the same sets of other sources: ${sets === "" ? "none" : sets}`);
  return problems;
}

/**
 * What a plan has otherwise than an earlier one, as "seeds: was [1], is [1,2]"; [] where each run would be the same. In
 * which order they are run counts for nothing.
 */
export function changesOfPlan(before: ExperimentPlan, now: ExperimentPlan): readonly string[] {
  const partsOf = ({ methods, seeds, grid, training }: ExperimentPlan): ReadonlyMap<string, unknown> =>
    new Map<string, unknown>([
      ["methods", methods.map(({ id }) => id)],
      ...methods.map(({ id, values }): [string, unknown] => [`settings of ${id}`, inOrder(values)]),
      ["seeds", seeds],
      ["varied settings", grid],
      ...Object.entries(training),
    ]);
  const [earlier, later] = [partsOf(before), partsOf(now)];
  return [...new Set([...earlier.keys(), ...later.keys()])].flatMap((name) => {
    const [was, is] = [earlier, later].map((parts) => JSON.stringify(parts.get(name) ?? null));
    return was === is ? [] : [`${name}: was ${was}, is ${is}`];
  });
}

function inOrder(values: object): object {
  return Object.fromEntries(Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function modelWords({ name, source, adaptations }: ModelRecord): string {
  const commit = source.kind === "hub" ? ` at commit ${source.commit.slice(0, 7)}` : "";
  const adapted =
    adaptations.length === 0 ? "" : `, adapted to ${adaptations.flatMap(({ files }) => files).join(", ")}`;
  return `${name}${commit}${adapted}`;
}

function dataWords({ rows, task, trainCount, devCount }: ConfigRecord): string {
  const from = rows === null ? "" : `${rowsWords(rows)}, `;
  return `${from}task ${task}, ${formatWhole(trainCount)} train and ${formatWhole(devCount)} dev rows`;
}

function rowsWords({ train, dev, split, sample }: RowsRecord): string {
  return [
    tableWords(train),
    ...(dev === null ? [] : [tableWords(dev)]),
    ...(split === null ? [] : [`dev a share of ${split.share} by split seed ${split.seed}`]),
    ...(sample === null
      ? []
      : [`${formatWhole(sample.count)} of ${formatWhole(sample.of)} drawn by seed ${sample.seed}`]),
  ].join(", ");
}

function tableWords(source: TableSource): string {
  if (source.kind === "file") return fileName(source.name);
  if (source.kind === "sample") return `the sample task ${source.id}`;
  return `${source.id}/${source.path} at ${source.commit.slice(0, 7)}`;
}

/** Without its folders: the terminal has paths where the page has names. */
function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
