import { commonAnswer, isEasy, sharedRows, type CaseStudy, type MethodCases } from "../../analysis/cases.ts";
import type { CaseRecord, DevExample } from "../../contract/answers.ts";
import { failureOf } from "../../core/errors.ts";
import type { Trainer } from "../../worker/client.ts";
import type { Archive } from "./archive.ts";
import type { ExperimentSlice } from "../experiment.ts";
import { latestOnly, type Slot } from "../slot.ts";

/** Which dev rows are listed: what a method wins or loses, or what is easy or hard for all of them. */
export type CaseList =
  { readonly kind: "wins" | "losses"; readonly method: string } | { readonly kind: "easy" | "hard" | "all" };

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
  page: 0,
  rowCount: 0,
  rows: [],
  textsError: null,
};

export interface CaseActions {
  /** Lists what is most telling of the experiment that has just come on show. */
  refresh(): Promise<void>;
  show(list: CaseList, page?: number): Promise<void>;
}

/** Browsing the dev rows by how the methods did on them. */
export function caseActions(
  slot: Slot<CasesSlice>,
  experiment: () => ExperimentSlice,
  archive: Archive,
  trainer: Trainer,
): CaseActions {
  const ticket = latestOnly();

  async function show(list: CaseList, page = 0): Promise<void> {
    const holds = ticket();
    const { study } = archive;
    const wanted = study === null ? [] : rowsOf(list, study, archive.known.cases);
    const onPage = wanted.slice(page * casesPerPage, (page + 1) * casesPerPage);
    const labels = archive.known.config?.labels ?? [];
    const rows = study === null ? [] : onPage.map((row) => caseRow(study, labels, row));
    slot.set({ list, page, rowCount: wanted.length, rows, textsError: null });
    if (experiment().source !== "live" || rows.length === 0) return;
    try {
      const texts = await trainer.devExamples(onPage);
      if (holds()) slot.set({ rows: rows.map((row, index) => ({ ...row, text: texts[index] ?? null })) });
    } catch (thrown) {
      if (holds()) slot.set({ textsError: failureOf(thrown).message });
    }
  }

  return {
    show,
    refresh: () => show(firstList(archive.known.cases)),
  };
}

/** The wins of the method that has most; what is hard for all where nobody wins anything. */
function firstList(cases: readonly CaseRecord[]): CaseList {
  const [most] = [...cases].sort((left, right) => right.wins.length - left.wins.length);
  return most === undefined || most.wins.length === 0 ? { kind: "hard" } : { kind: "wins", method: most.method };
}

function rowsOf(list: CaseList, study: CaseStudy, cases: readonly CaseRecord[]): readonly number[] {
  switch (list.kind) {
    case "wins":
    case "losses":
      return cases.find(({ method }) => method === list.method)?.[list.kind] ?? [];
    case "easy":
    case "hard":
      return sharedRows(study, list.kind === "easy");
    case "all":
      return Array.from(study.targets, (_, row) => row);
  }
}

function caseRow({ targets, methods }: CaseStudy, labels: readonly string[], row: number): CaseRow {
  const kind = labels.length > 0 ? "classes" : "scores";
  const name = (value: number): string => labels[value] ?? String(Number(value.toFixed(2)));
  const answer = (one: MethodCases): CaseAnswer => ({
    method: one.method,
    right: one.right[row] ?? 0,
    seedCount: one.seedCount,
    said: name(commonAnswer(one, row, kind)),
    easy: isEasy(one, row),
  });
  return { row, text: null, target: name(targets[row] ?? 0), answers: methods.map(answer) };
}
