import type { PredictedFile, PredictedRow, PredictionInput, TextMapping } from "../../contract/prediction.ts";
import type { ReadingChoice } from "../../contract/reading.ts";
import { AppError } from "../../core/errors.ts";
import { textsOf } from "../../data/dataset/texts.ts";
import { readTable } from "../../data/tables/read-table.ts";
import type { Table } from "../../data/tables/table.ts";
import type { RunControl } from "../running/control.ts";
import type { AskedModel } from "../trained/asked-model.ts";
import type { NamedFile } from "../workspace.ts";
import { tasksOf } from "./fine-tuned.ts";
import { predictTable, readAs } from "./predict-table.ts";
import { predictionHeader, predictionLine } from "./prediction-lines.ts";

/** Rows that are shown before and after. */
const inputPreview = 3;
const outputPreview = 10;
const shownCharacters = 400;

/** What a model is of: its classes and its task. */
type About = Pick<AskedModel, "kind" | "labels" | "task">;

/** One file that is to be predicted. */
export class FilePrediction {
  #table: Table | null = null;

  /**
   * Reads a file in place of the one before, as `choice` has it; null keeps that. Errors: bad-table, too-large;
   * bad-settings for no file.
   */
  async input(
    file: NamedFile | null,
    model: About,
    choice?: ReadingChoice,
    signal?: AbortSignal,
  ): Promise<PredictionInput> {
    const read = file === null ? null : await readTable(file.file, file.path, choice);
    signal?.throwIfAborted();
    this.#table = read ?? this.#table;
    const table = this.#given();
    const tasks = tasksOf(model);
    const mappings = tasks.flatMap((task) => textsOf(table, task) ?? []);
    return {
      name: table.name,
      reading: table.reading,
      header: table.header,
      columnCount: table.columnCount,
      rowCount: table.rows.length,
      preview: table.rows.slice(0, inputPreview).map((row) => row.map((cell) => cell.slice(0, shownCharacters))),
      pair: tasks.length === 1 ? (tasks[0]?.pair ?? null) : null,
      mapping: mappings[0] ?? null,
    };
  }

  /** Asks the model of every row. Errors: bad-columns, stopped, not-finite; those of the model. */
  async predict(
    model: AskedModel,
    mapping: TextMapping | null,
    control: RunControl,
    progress: (done: number, total: number) => void,
  ): Promise<PredictedFile> {
    const read = readAs(this.#given(), tasksOf(model), mapping);
    const { table } = read;
    const { first, second, label } = read.mapping;
    const layout = { labels: model.labels, labelled: label !== null };
    // A Blob of its own for every piece: the browser may keep it off the heap.
    const parts: Blob[] = [new Blob([predictionHeader(layout)])];
    const preview: PredictedRow[] = [];
    const summary = await predictTable(
      read,
      model,
      (rows) => {
        preview.push(...rows.slice(0, outputPreview - preview.length));
        parts.push(new Blob([rows.map((row) => predictionLine(row, layout)).join("")]));
      },
      async (done, total) => {
        await control.gate();
        progress(done, total);
      },
    );
    const cell = (index: number, column: number): string =>
      (table.rows[index]?.[column] ?? "").slice(0, shownCharacters);
    return {
      ...summary,
      kind: model.kind,
      labels: model.labels,
      preview: preview.map((row) => ({
        ...row,
        first: cell(row.index, first),
        second: second === null ? null : cell(row.index, second),
      })),
      file: new Blob(parts, { type: "text/tab-separated-values" }),
    };
  }

  #given(): Table {
    if (this.#table === null) throw new AppError("bad-settings", "There is no file to predict; give one.");
    return this.#table;
  }
}
