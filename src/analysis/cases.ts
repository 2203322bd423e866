import type { CaseRecord, DevAnswers } from "../contract/answers.ts";
import type { RunRecord } from "../contract/run.ts";
import { extentOf } from "../core/extent.ts";
import { answersOf, targetsOf } from "./answers/run-answers.ts";
import { referenceOf } from "./comparison/reference.ts";

/** How one method did on every dev row. */
export interface MethodCases {
  readonly method: string;
  readonly seedCount: number;
  /** Seeds that got the row right, [rows]. */
  readonly right: Uint16Array;
  /** What each seed said, [rows] each. */
  readonly said: readonly ArrayLike<number>[];
}

/** All methods on all dev rows. */
export interface CaseStudy {
  readonly targets: ArrayLike<number>;
  /** In the order in which methods first come; those without a completed run are left out. */
  readonly methods: readonly MethodCases[];
  /** A score within this of the row's is right; 0 for classes and sets of labels. */
  readonly tolerance: number;
}

/** Of the range of the dev scores: half a point on STS-B's scale from 0 to 5. */
const toleranceShare = 0.1;

/** Reads the answers of the runs. Answers that do not fit, as a file from elsewhere may hold, are left out. */
export function studyOf(
  answers: DevAnswers | null,
  runs: readonly Pick<RunRecord, "id" | "method">[],
): CaseStudy | null {
  const targets = answers === null ? null : targetsOf(answers);
  if (answers === null || targets === null || targets.length === 0) return null;
  const tolerance = answers.kind === "scores" ? toleranceShare * rangeOf(targets) : 0;
  const given = answersOf(answers, runs, 0);
  const methods = [...new Set(given.map(({ method }) => method))].map((method) => {
    const said = given.flatMap((one) => (one.method === method ? [one.said] : []));
    const right = Uint16Array.from(
      targets,
      (target, row) => said.filter((one) => isRight(one[row], target, tolerance)).length,
    );
    return { method, seedCount: said.length, right, said };
  });
  return methods.length === 0 ? null : { targets, methods, tolerance };
}

function isRight(said: number | undefined, target: number, tolerance: number): boolean {
  return said !== undefined && Math.abs(said - target) <= tolerance;
}

function rangeOf(values: ArrayLike<number>): number {
  const [low, high] = extentOf(values);
  return high - low;
}

/** Whether more than half of the seeds got the row right, or wrong; null where they are divided. */
export function isEasy({ right, seedCount }: MethodCases, row: number): boolean | null {
  const share = (right[row] ?? 0) / seedCount;
  return share === 0.5 ? null : share > 0.5;
}

/** Easy and hard rows of every method, and which it wins and loses against the reference. */
export function casesOf(study: CaseStudy | null): readonly CaseRecord[] {
  const reference = referenceOf(study?.methods ?? []);
  if (study === null || reference === undefined) return [];
  const rows = Array.from(study.targets, (_, row) => row);
  const easy = rows.filter((row) => isEasy(reference, row) === true);
  const hard = rows.filter((row) => isEasy(reference, row) === false);
  return study.methods.map((method) => ({
    method: method.method,
    reference: reference.method,
    seedCount: method.seedCount,
    easyCount: rows.filter((row) => isEasy(method, row) === true).length,
    hardCount: rows.filter((row) => isEasy(method, row) === false).length,
    rightOnEasy: rightShare(method, easy),
    rightOnHard: rightShare(method, hard),
    wins: hard.filter((row) => isEasy(method, row) === true),
    losses: easy.filter((row) => isEasy(method, row) === false),
  }));
}

function rightShare({ right, seedCount }: MethodCases, rows: readonly number[]): number | null {
  if (rows.length === 0) return null;
  return rows.reduce((sum, row) => sum + (right[row] ?? 0), 0) / (rows.length * seedCount);
}

/** Rows that are easy, or hard, for every method. */
export function sharedRows(study: CaseStudy, easy: boolean): readonly number[] {
  const rows = Array.from(study.targets, (_, row) => row);
  return rows.filter((row) => study.methods.every((method) => isEasy(method, row) === easy));
}

/** What most seeds of a method said of a row: the commonest class or set, the lowest of equals; the mean of scores. */
export function commonAnswer({ said }: MethodCases, row: number, kind: DevAnswers["kind"]): number {
  const values = said.map((one) => one[row] ?? 0);
  if (kind === "scores") return values.reduce((sum, value) => sum + value, 0) / values.length;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return Math.min(...[...counts].flatMap(([value, count]) => (count === most ? [value] : [])));
}
