import * as v from "valibot";
import type { ExperimentResult, RunRecord } from "../../src/contract/run.ts";
import { fromBase64 } from "../../src/core/base64.ts";

/** What one command left behind. */
export interface Outcome {
  readonly code: number;
  readonly printed: string;
  /** null: none was written. */
  readonly result: ExperimentResult | null;
  /** By run id the cells of its table, the header among them. */
  readonly predictions: ReadonlyMap<string, readonly (readonly string[])[]>;
}

const texts = v.array(v.string());
const count = v.union([v.number(), v.strictObject({ min: v.number(), max: v.number() })]);
const fields = {
  exit: v.exactOptional(v.picklist(["zero", "nonzero", "any"])),
  labels: v.exactOptional(texts),
  classes: v.exactOptional(v.number()),
  task_kind: v.exactOptional(v.picklist(["classification", "regression"])),
  trainRows: v.exactOptional(count),
  devRows: v.exactOptional(count),
  says: v.exactOptional(texts),
  never: v.exactOptional(texts),
  equalTo: v.exactOptional(v.string()),
  differsFrom: v.exactOptional(v.string()),
  result: v.exactOptional(v.string()),
};
const waySchema = v.strictObject(fields);
/** A case's check.json; a field that nothing here reads is refused. */
export const checkSchema = v.strictObject({
  ...fields,
  kind: v.string(),
  links: v.exactOptional(texts),
  anyOf: v.exactOptional(v.array(waySchema)),
});

/** What must hold of an outcome. */
export type Way = v.InferOutput<typeof waySchema>;
/** The same, or one of several ways. */
export type Check = Way & { readonly anyOf?: readonly Way[] };

/** Rounding between adapters and orders of summation; a loss is near 1. */
const tolerance = 2e-5;

/** The Python expressions of `result` in cases that are run here. */
const expressions: Readonly<Record<string, (result: ExperimentResult) => boolean>> = {
  "config['model']['lowercase'] is False": ({ config }) => !config.model.lowercase,
  "'matthews' in runs[0]['evaluations'][-1]['scores']": ({ runs }) =>
    "matthews" in (runs[0]?.evaluations.at(-1)?.scores ?? {}),
  "min(dev_labels.count(one) for one in labels) >= 2": (result) =>
    result.config.labels.every((one) => devLabels(result).filter((label) => label === one).length >= 2),
  "dev_labels[:2] == ['neg', 'pos']": (result) => devLabels(result).slice(0, 2).join() === "neg,pos",
};

/** What the file says of each dev row, by class name. */
function devLabels({ answers, config }: ExperimentResult): readonly string[] {
  const targets = answers?.kind === "classes" ? fromBase64(answers.targets) : null;
  return Array.from(targets ?? [], (index) => config.labels[index] ?? "");
}

/**
 * In words what does not hold; [] where all does. `sibling` gives the outcome of another case.
 * Errors: an Error where the check cannot be made.
 */
export async function shortfalls(
  check: Check,
  outcome: Outcome,
  sibling: (name: string) => Promise<Outcome>,
): Promise<readonly string[]> {
  const { code, printed, result } = outcome;
  const stack = /^\s+at .*:\d+/m.exec(printed);
  if (stack !== null) return [`no stack trace, not ${stack[0].trim()}`];
  const found: string[] = [];
  const need = (holds: boolean, wanted: string): void => {
    if (!holds) found.push(wanted);
  };
  if (check.exit === "zero") need(code === 0 && unsound(result) === null, unsound(result) ?? "exit 0");
  if (check.exit === "nonzero") need(code !== 0, "a refusal");
  checkConfig(check, result, need);
  for (const text of check.says ?? []) need(new RegExp(text, "im").test(printed), `says /${text}/`);
  for (const text of check.never ?? []) need(!new RegExp(text, "im").test(printed), `never /${text}/`);
  if (check.equalTo !== undefined) {
    const unlike = difference(outcome, await sibling(check.equalTo));
    need(unlike === null, `equal to ${check.equalTo}, not ${unlike}`);
  }
  if (check.differsFrom !== undefined) {
    need(difference(outcome, await sibling(check.differsFrom)) !== null, `another outcome than ${check.differsFrom}`);
  }
  if (check.result !== undefined) {
    const holds = expressions[check.result];
    if (holds === undefined) throw new Error(`case-check.ts has no translation of ${check.result}`);
    need(result !== null && holds(result), check.result);
  }
  if (check.anyOf === undefined || found.length > 0) return found;
  const ways = await Promise.all(check.anyOf.map((way) => shortfalls(way, outcome, sibling)));
  return ways.some((way) => way.length === 0) ? [] : [ways.map((way) => way.join(" and ")).join(" | ")];
}

function checkConfig(
  check: Way,
  result: ExperimentResult | null,
  need: (holds: boolean, wanted: string) => void,
): void {
  const { labels, trainCount, devCount } = result?.config ?? { labels: null, trainCount: -1, devCount: -1 };
  if (check.labels !== undefined) {
    const wanted = check.labels.toSorted().join(", ");
    need(labels?.toSorted().join(", ") === wanted, `labels ${wanted}`);
  }
  if (check.classes !== undefined) need(labels?.length === check.classes, `${check.classes} classes`);
  if (check.task_kind !== undefined) {
    need(labels !== null && (labels.length === 0) === (check.task_kind === "regression"), check.task_kind);
  }
  const rows = [["train", trainCount, check.trainRows], ["dev", devCount, check.devRows]] as const; // prettier-ignore
  for (const [name, found, wanted] of rows) {
    if (wanted === undefined) continue;
    const { min, max } = typeof wanted === "number" ? { min: wanted, max: wanted } : wanted;
    need(found >= min && found <= max, `${name} rows ${JSON.stringify(wanted)}, not ${found}`);
  }
}

/** null, or why what was run is no use. */
function unsound(result: ExperimentResult | null): string | null {
  if (result === null) return "a result";
  const unfinished = result.runs.find(({ status }) => status !== "completed");
  if (unfinished !== undefined) return `completed runs, not ${unfinished.id} ${unfinished.status}`;
  const losses = result.runs.map((run) => [...lossesOf(run, "steps"), ...lossesOf(run, "evaluations")]);
  const broken = losses.some((run) => run.length === 0 || !run.every(Number.isFinite));
  return broken || losses.length === 0 ? "losses that are numbers" : null;
}

function lossesOf(run: RunRecord, part: "steps" | "evaluations"): readonly number[] {
  return run[part].map(({ loss }) => loss);
}

/** null where losses and predictions are the same, else the first difference. Errors: an Error where `other` is no use. */
function difference(one: Outcome, other: Outcome): string | null {
  const broken = unsound(other.result);
  if (other.code !== 0 || broken !== null) throw new Error(`what it is compared with does not run: ${other.printed}`);
  const [mine, its] = [one.result?.runs ?? [], other.result?.runs ?? []];
  if (mine.length !== its.length) return `${mine.length} runs against ${its.length}`;
  for (const [index, run] of its.entries()) {
    const own = mine[index] ?? run;
    for (const part of ["steps", "evaluations"] as const) {
      const [a, b] = [lossesOf(own, part), lossesOf(run, part)];
      if (a.length !== b.length || !b.every((loss, at) => Math.abs((a[at] ?? Number.NaN) - loss) <= tolerance)) {
        return `losses ${a.join(", ")} against ${b.join(", ")} (${part})`;
      }
    }
    const [a, b] = [one.predictions.get(own.id) ?? [], other.predictions.get(run.id) ?? []];
    if (a.length !== b.length) return `${a.length} lines of predictions against ${b.length}`;
    const line = b.findIndex((cells, row) => !cells.every((cell, column) => near(a[row]?.[column] ?? "", cell)));
    if (line >= 0) return `${a[line]?.join(" ")} against ${b[line]?.join(" ")} in line ${line + 1} of the predictions`;
  }
  return null;
}

function near(one: string, other: string): boolean {
  return one === other || (one.trim() !== "" && Math.abs(Number(one) - Number(other)) <= tolerance);
}
