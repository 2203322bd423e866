import { packProbabilities } from "../../src/analysis/answers/probabilities.ts";
import { packLabelSets } from "../../src/analysis/answers/label-sets.ts";
import { casesOf, studyOf } from "../../src/analysis/cases.ts";
import type { CaseRecord, DevAnswers, DevExample } from "../../src/contract/answers.ts";
import type { ExperimentResult, RunRecord } from "../../src/contract/run.ts";
import { toBase64 } from "../../src/core/base64.ts";
import { drawUniform } from "../../src/core/rng.ts";
import { labels } from "./fake-records.ts";

const rowCount = 277;
const target = (row: number): number => (drawUniform(1, "target", 0, row) < 0.5 ? 1 : 0);

/** Dev rows by label. */
export const devLabelCounts = labels.map((_, label) => {
  return Array.from({ length: rowCount }, (_row, row) => target(row)).filter((one) => one === label).length;
});

/** What the completed runs said of the dev rows: a row has its own difficulty, a method its own skill. */
export function answersOf(runs: readonly RunRecord[]): {
  readonly answers: DevAnswers;
  readonly cases: readonly CaseRecord[];
} {
  const methods = [...new Set(runs.map(({ method }) => method))];
  const completed = runs.filter(({ status }) => status === "completed");
  const predictions = completed.map(({ id, method, seed }) => {
    const skill = 0.05 * methods.indexOf(method);
    const said = Uint8Array.from({ length: rowCount }, (_, row) => {
      const ease = 1.3 * drawUniform(2, "ease", 0, row) + skill * drawUniform(3, method, 0, row) * 6;
      return drawUniform(seed, method, 1, row) < ease ? target(row) : 1 - target(row);
    });
    const logits = Array.from(said).flatMap((value, row) => {
      const sure = 3 * drawUniform(seed, method, 2, row);
      return value === 1 ? [0, sure] : [sure, 0];
    });
    return { id, said: toBase64(said), probabilities: packProbabilities(logits, 2) };
  });
  const targets = toBase64(Uint8Array.from({ length: rowCount }, (_, row) => target(row)));
  const answers = {
    kind: "classes" as const,
    rowCount,
    targets,
    predictions: Object.fromEntries(predictions.map(({ id, said }) => [id, said])),
    probabilities: Object.fromEntries(predictions.map(({ id, probabilities }) => [id, probabilities])),
  };
  return { answers, cases: casesOf(studyOf(answers, runs)) };
}

const claims = [
  ["The council met on Tuesday to discuss the new bridge, which will cost 4 million.", "A bridge is planned."],
  ["Rain is expected over the weekend in the north of the country.", "It will snow on Sunday."],
  ["The library reopened after two years of repairs, although the roof of the reading room still leaks and the lift, which was to be ready by spring, has not been delivered.", "The library had been closed."], // prettier-ignore
] as const;

/** Texts of dev rows. */
export function examplesAt(rows: readonly number[]): readonly DevExample[] {
  return rows.map((row) => {
    const [first, second] = claims[row % claims.length] ?? ["", null];
    return { row, line: row + 2, first: `${first} (${labels[target(row)]})`, second };
  });
}

/** Rows whose texts hold this. */
export function rowsHolding(text: string): readonly number[] {
  const all = examplesAt(Array.from({ length: rowCount }, (_, row) => row));
  return all
    .filter(({ first, second }) => `${first}\n${second ?? ""}`.toLowerCase().includes(text.toLowerCase()))
    .map(({ row }) => row);
}

/** A result as it would be of rows with three labels, of which the last is never said. */
export function asSets(result: ExperimentResult): ExperimentResult {
  const names = ["calm", "loud", "rare"];
  const flags = (seed: number, right: number): number[] =>
    Array.from({ length: 3 * rowCount }, (_, at) => {
      const wanted = Number(drawUniform(4, "set", 0, at) < ([0.5, 0.3, 0.05][at % 3] ?? 0));
      return at % 3 === 2 && right < 1 ? 0 : drawUniform(seed, "said", 0, at) < right ? wanted : 1 - wanted;
    });
  const packed = (values: number[]): string => packLabelSets(values, 3);
  const predictions = Object.fromEntries(result.runs.map(({ id, seed }) => [id, packed(flags(seed, 0.9))]));
  const answers: DevAnswers = { kind: "sets", rowCount, targets: packed(flags(1, 1)), predictions, probabilities: {} };
  const { devLabelCounts: _, ...config } = result.config;
  return {
    ...result,
    config: { ...config, task: "single-labels", labels: names },
    answers,
    cases: casesOf(studyOf(answers, result.runs)),
  };
}

/** A result as it would be of a regression: true scores 0 to 5, and answers that lean to the middle. */
export function asScores(result: ExperimentResult): ExperimentResult {
  const bytes = (value: (row: number) => number): string =>
    toBase64(new Uint8Array(Float32Array.from({ length: rowCount }, (_, row) => value(row)).buffer));
  const score = (row: number): number => Math.round(50 * drawUniform(4, "score", 0, row)) / 10;
  const said = (seed: number) => (row: number) =>
    0.9 + 0.65 * score(row) + 1.4 * (drawUniform(seed, "said", 0, row) - 0.5);
  const predictions = Object.fromEntries(result.runs.map(({ id, seed }) => [id, bytes(said(seed))]));
  const answers: DevAnswers = { kind: "scores", rowCount, targets: bytes(score), predictions, probabilities: {} };
  return {
    ...result,
    config: { ...result.config, labels: [] },
    answers,
    cases: casesOf(studyOf(answers, result.runs)),
  };
}
