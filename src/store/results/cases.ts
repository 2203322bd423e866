import { setName } from "../../analysis/answers/label-sets.ts";
import { answersOf } from "../../analysis/answers/run-answers.ts";
import { commonAnswer, isEasy, sharedRows, type CaseStudy, type MethodCases } from "../../analysis/cases.ts";
import type { CaseRecord, DevAnswers, DevExample } from "../../contract/answers.ts";
import { failureOf } from "../../core/errors.ts";
import type { Trainer } from "../../worker/client.ts";
import type { Archive } from "./archive.ts";
import type { ExperimentSlice } from "../experiment.ts";
import { latestOnly, type Slot } from "../slot.ts";

/** Which dev rows are listed: what a method wins or loses, what is easy or hard for all of them, a cell of a matrix. */
export type CaseList =
  | { readonly kind: "wins" | "losses"; readonly method: string }
  | { readonly kind: "easy" | "hard" | "all" }
  | ({ readonly kind: "cell" } & CaseCell);

/** Rows of one class that a method took for one class: one run of it, or (null) any of its runs. */
export interface CaseCell {
  readonly method: string;
  /** RunRecord.id */
  readonly run: string | null;
  readonly target: number;
  readonly said: number;
}

/** What narrows a list. */
export interface CaseFilter {
  /** Rows that most seeds of a method got right, or wrong; null: whoever did. */
  readonly verdict: { readonly method: string; readonly right: boolean } | null;
  /** Rows whose texts hold this, however it is capitalised; "": all. */
  readonly text: string;
}

const noFilter: CaseFilter = { verdict: null, text: "" };

/** A dev row and how every method did on it. */
export interface CaseRow {
  /** From 0. */
  readonly row: number;
  /** null where the texts are not at hand: in a result from a file. */
  readonly text: DevExample | null;
  /** What the file says. */
  readonly target: string;
  readonly answers: readonly CaseAnswer[];
}

/** What the seeds of one method made of a row. */
interface CaseAnswer {
  readonly method: string;
  readonly right: number;
  readonly seedCount: number;
  /** What most seeds said, or the mean of their scores. */
  readonly said: string;
  /** null where the seeds are divided. */
  readonly easy: boolean | null;
}

interface CasesSlice {
  readonly list: CaseList;
  readonly filter: CaseFilter;
  /** From 0. */
  readonly page: number;
  readonly rowCount: number;
  /** Those of the page. */
  readonly rows: readonly CaseRow[];
  readonly textsError: string | null;
}

/** Rows on one page of the list. */
export const casesPerPage = 10;

export const initialCases: CasesSlice = {
  list: { kind: "hard" },
  filter: noFilter,
  page: 0,
  rowCount: 0,
  rows: [],
  textsError: null,
};

export interface CaseActions {
  /** Lists what is most telling of the experiment that has just come on show. */
  refresh(): Promise<void>;
  show(list: CaseList, page?: number): Promise<void>;
  /** Narrows the list that is shown. Texts are searched where they are at hand: not in a result from a file. */
  narrow(change: Partial<CaseFilter>): Promise<void>;
}

/** Browsing the dev rows by how the methods did on them. */
export function caseActions(
  slot: Slot<CasesSlice>,
  experiment: () => ExperimentSlice,
  archive: Archive,
  trainer: Trainer,
): CaseActions {
  const ticket = latestOnly();

  async function show(list: CaseList, page = 0, filter = slot.get().filter): Promise<void> {
    const holds = ticket();
    const { study } = archive;
    const live = experiment().source === "live";
    const listed = study === null ? [] : rowsOf(list, study, archive);
    const judged = study === null ? [] : listed.filter((row) => fits(filter.verdict, study, row));
    slot.set({ list, page, filter, textsError: null });
    try {
      const wanted = filter.text === "" || !live ? judged : await holding(filter.text, judged);
      if (!holds()) return;
      const onPage = wanted.slice(page * casesPerPage, (page + 1) * casesPerPage);
      const { answers, config } = archive.known;
      const rows =
        study === null || answers === null
          ? []
          : onPage.map((row) => caseRow(study, answers, config?.labels ?? [], row));
      slot.set({ rowCount: wanted.length, rows });
      if (!live || rows.length === 0) return;
      const texts = await trainer.devExamples(onPage);
      if (holds()) slot.set({ rows: rows.map((row, index) => ({ ...row, text: texts[index] ?? null })) });
    } catch (thrown) {
      if (holds()) slot.set({ textsError: failureOf(thrown).message });
    }
  }

  async function holding(text: string, rows: readonly number[]): Promise<readonly number[]> {
    const found = new Set(await trainer.findExamples(text));
    return rows.filter((row) => found.has(row));
  }

  return {
    show,
    narrow: (change) => show(slot.get().list, 0, { ...slot.get().filter, ...change }),
    refresh: () => show(firstList(archive.known.cases), 0, noFilter),
  };
}

/** The wins of the method that has most; what is hard for all where nobody wins anything. */
function firstList(cases: readonly CaseRecord[]): CaseList {
  const [most] = [...cases].sort((left, right) => right.wins.length - left.wins.length);
  return most === undefined || most.wins.length === 0 ? { kind: "hard" } : { kind: "wins", method: most.method };
}

function rowsOf(list: CaseList, study: CaseStudy, archive: Archive): readonly number[] {
  switch (list.kind) {
    case "cell":
      return rowsInCell(list, study, archive);
    case "wins":
    case "losses":
      return archive.known.cases.find(({ method }) => method === list.method)?.[list.kind] ?? [];
    case "easy":
    case "hard":
      return sharedRows(study, list.kind === "easy");
    case "all":
      return Array.from(study.targets, (_, row) => row);
  }
}

/** The rows of a cell, first those that most runs put there. */
function rowsInCell({ method, run, target, said }: CaseCell, { targets }: CaseStudy, archive: Archive): number[] {
  const { answers } = archive.known;
  const runs = archive.runs.filter((one) => one.method === method && (run === null || one.id === run));
  const given = answers === null ? [] : answersOf(answers, runs, 0);
  const count = (row: number): number => given.filter((one) => one.said[row] === said).length;
  return Array.from(targets, (of, row) => ({ row, count: of === target ? count(row) : 0 }))
    .filter((one) => one.count > 0)
    .sort((left, right) => right.count - left.count || left.row - right.row)
    .map(({ row }) => row);
}

function fits(verdict: CaseFilter["verdict"], { methods }: CaseStudy, row: number): boolean {
  if (verdict === null) return true;
  const method = methods.find((one) => one.method === verdict.method);
  return method !== undefined && isEasy(method, row) === verdict.right;
}

function caseRow(
  { targets, methods }: CaseStudy,
  answers: DevAnswers,
  labels: readonly string[],
  row: number,
): CaseRow {
  const { kind } = answers;
  const name = (value: number): string =>
    kind === "sets" ? setName(answers, value, labels) : (labels[value] ?? String(Number(value.toFixed(2))));
  const answer = (one: MethodCases): CaseAnswer => ({
    method: one.method,
    right: one.right[row] ?? 0,
    seedCount: one.seedCount,
    said: name(commonAnswer(one, row, kind)),
    easy: isEasy(one, row),
  });
  return { row, text: null, target: name(targets[row] ?? 0), answers: methods.map(answer) };
}
