import { calibrationOf, type Calibration } from "../../analysis/answers/calibration.ts";
import {
  confusionOf,
  majorityOf,
  meanConfusion,
  meanReport,
  reportOf,
  type ClassReport,
  type Confusion,
} from "../../analysis/answers/confusion.ts";
import { labelReportOf, meanLabelReport, type LabelReport } from "../../analysis/answers/label-report.ts";
import { unpackLabelSets } from "../../analysis/answers/label-sets.ts";
import type { Probabilities } from "../../analysis/answers/probabilities.ts";
import {
  meanResidualReport,
  residualBands,
  residualReport,
  type ResidualBand,
  type ResidualReport,
} from "../../analysis/answers/residuals.ts";
import { answersOf, targetsOf, type RunAnswers } from "../../analysis/answers/run-answers.ts";
import { thresholdCurve, type ThresholdPoint } from "../../analysis/answers/thresholds.ts";
import type { DevAnswers } from "../../contract/answers.ts";
import type { Values } from "../../contract/fields.ts";
import { byMethod } from "./by-method.ts";
import type { Archive, GrowingRun } from "./archive.ts";
import { standingAt } from "./shown.ts";

/** A method with the runs of it whose answers are known. */
export interface AnsweringMethod {
  readonly method: string;
  readonly runs: readonly { readonly run: string; readonly seed: number }[];
}

/** Whose answers are looked at: those of one run, or (null) of all runs of the method. */
export interface AnswerChoice {
  readonly method: string;
  readonly run: string | null;
}

/** What can be said of a classification; over several runs means. */
export interface ClassAnswers {
  readonly kind: "classes";
  readonly labels: readonly string[];
  readonly runCount: number;
  readonly rowCount: number;
  readonly confusion: Confusion;
  readonly report: ClassReport;
  readonly majority: { readonly index: number; readonly report: ClassReport };
  /** By class, where there are two of them; null without probabilities. */
  readonly thresholds: readonly [readonly ThresholdPoint[], readonly ThresholdPoint[]] | null;
  /** null without probabilities. */
  readonly calibration: Calibration | null;
}

/** What can be said of rows with several labels; over several runs means. */
export interface LabelAnswers {
  readonly kind: "sets";
  readonly labels: readonly string[];
  readonly runCount: number;
  readonly rowCount: number;
  readonly report: LabelReport;
}

/** What can be said of a regression; over several runs means. */
export interface ScoreAnswers {
  readonly kind: "scores";
  readonly runCount: number;
  readonly rowCount: number;
  readonly report: ResidualReport;
  readonly bands: readonly ResidualBand[];
  /** Rows thinned evenly: what the file says, and the mean over runs of what was said. */
  readonly points: readonly { readonly target: number; readonly said: number }[];
}

/** Points that a picture takes. */
const mostPoints = 600;

/** The methods whose answers are known at a place of the grid, in the order in which they came. */
export function answeringMethods({ known, runs }: Archive, setting: Values): readonly AnsweringMethod[] {
  const { answers } = known;
  if (answers === null) return [];
  const answered = standingAt(runs, setting).filter(({ id }) => Object.hasOwn(answers.predictions, id));
  return byMethod(answered).map(([method, own]) => ({
    method,
    runs: own.map(({ id, seed }) => ({ run: id, seed })),
  }));
}

/** What the chosen runs' answers come to; null where nothing is known of them. */
export function answersAt(
  { known, runs }: Archive,
  setting: Values,
  { method, run }: AnswerChoice,
): ClassAnswers | LabelAnswers | ScoreAnswers | null {
  const { answers, config } = known;
  if (answers === null || config === null) return null;
  const chosen = (one: GrowingRun): boolean => one.method === method && (run === null || one.id === run);
  const wanted = standingAt(runs, setting).filter(chosen);
  if (answers.kind === "sets") return labelAnswers(answers, wanted, config.labels);
  const targets = targetsOf(answers);
  const given = targets === null ? [] : answersOf(answers, wanted, config.labels.length);
  if (targets === null || given.length === 0) return null;
  return answers.kind === "classes" ? classAnswers(targets, given, config.labels) : scoreAnswers(targets, given);
}

function classAnswers(
  targets: ArrayLike<number>,
  given: readonly RunAnswers[],
  labels: readonly string[],
): ClassAnswers {
  const confusions = given.map(({ said }) => confusionOf(targets, said, labels.length));
  const sure = given.flatMap((one) =>
    one.probabilities === null ? [] : [{ ...one, probabilities: one.probabilities }],
  );
  const known: readonly Probabilities[] = sure.map(({ probabilities }) => probabilities);
  // A mean over some of the runs would stand beside one over all of them.
  const complete = sure.length === given.length;
  return {
    kind: "classes",
    labels,
    runCount: given.length,
    rowCount: targets.length,
    confusion: meanConfusion(confusions),
    report: meanReport(confusions.map(reportOf)),
    majority: majorityOf(targets, labels.length),
    thresholds:
      complete && labels.length === 2 ? [thresholdCurve(targets, known, 0), thresholdCurve(targets, known, 1)] : null,
    calibration: complete ? calibrationOf(targets, sure) : null,
  };
}

function labelAnswers(
  { rowCount, targets, predictions }: DevAnswers,
  runs: readonly GrowingRun[],
  labels: readonly string[],
): LabelAnswers | null {
  const wanted = unpackLabelSets(targets, rowCount, labels.length);
  const given = runs.flatMap(({ id }) => {
    const text = Object.hasOwn(predictions, id) ? predictions[id] : undefined;
    return (text === undefined ? null : unpackLabelSets(text, rowCount, labels.length)) ?? [];
  });
  if (wanted === null || given.length === 0) return null;
  const report = meanLabelReport(given.map((said) => labelReportOf(wanted, said, labels.length)));
  return { kind: "sets", labels, runCount: given.length, rowCount, report };
}

function scoreAnswers(targets: ArrayLike<number>, given: readonly RunAnswers[]): ScoreAnswers {
  const stride = Math.max(1, Math.ceil(targets.length / mostPoints));
  const rows = Array.from({ length: Math.ceil(targets.length / stride) }, (_, index) => index * stride);
  return {
    kind: "scores",
    runCount: given.length,
    rowCount: targets.length,
    report: meanResidualReport(given.map(({ said }) => residualReport(targets, said))),
    bands: residualBands(
      targets,
      given.map(({ said }) => said),
    ),
    points: rows.map((row) => ({
      target: targets[row] ?? 0,
      said: given.reduce((sum, { said }) => sum + (said[row] ?? 0), 0) / given.length,
    })),
  };
}
