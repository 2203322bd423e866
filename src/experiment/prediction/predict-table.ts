import { scoreOf } from "../../analysis/scores/metrics.ts";
import type { PredictedRow, PredictionScore, PredictionSummary, TextMapping } from "../../contract/prediction.ts";
import { AppError } from "../../core/errors.ts";
import { encodeSplit, makeBatch, rowLength, type EncodedSplit } from "../../data/dataset/batch.ts";
import { exampleAt, hasTexts } from "../../data/dataset/examples.ts";
import { unlabelled } from "../../data/dataset/label-cells.ts";
import { columnName, labelReader, type LabelReader } from "../../data/dataset/labels.ts";
import type { Task } from "../../data/dataset/task.ts";
import { textsOf } from "../../data/dataset/texts.ts";
import type { Table } from "../../data/tables/table.ts";
import type { InputLimits } from "../../nn/inputs.ts";
import { predictionsOf } from "../../train/finetuning/evaluate.ts";
import type { Answering } from "../trained/asked-model.ts";
import { predictionText } from "./prediction-lines.ts";
import { answerOf } from "../trained/second-opinion.ts";

/** A table and how it is to be read. */
export interface ReadTable {
  readonly table: Table;
  readonly mapping: TextMapping;
  readonly task: Task;
}

/** Rows that are tokenized at a time. */
const chunkRows = 256;

/**
 * Which columns are read, and as which task's: as a person says, or as the table has it.
 *
 * tasks: what the model's rows may hold, likeliest first. Errors: bad-columns.
 */
export function readAs(table: Table, tasks: readonly Task[], given: TextMapping | null): ReadTable {
  for (const task of tasks) {
    const mapping = given ?? textsOf(table, task);
    if (mapping !== null && task.pair === (mapping.second !== null)) {
      checkColumns(table, mapping);
      return { table, mapping, task };
    }
  }
  const [only, other] = tasks;
  const wanted =
    other !== undefined ? "one text a row, or two" : only?.pair === true ? "two texts a row" : "one text a row";
  const columns = table.header?.join(", ") ?? `${table.columnCount} columns without names`;
  const problem =
    given === null
      ? `It is not clear which columns of ${table.name} (${columns}) the model should read. It takes ${wanted}: choose them.`
      : `The model takes ${wanted}. Choose the columns of ${table.name} (${columns}) so.`;
  throw new AppError("bad-columns", problem);
}

function checkColumns(table: Table, { first, second, label }: TextMapping): void {
  const columns = [first, second, label].filter((column) => column !== null);
  const outside = columns.find((column) => !Number.isInteger(column) || column < 0 || column >= table.columnCount);
  if (outside !== undefined) {
    const found = `${table.name} has ${table.columnCount} columns and no column ${outside + 1}`;
    throw new AppError("bad-columns", `${found}. Choose its columns again.`);
  }
  const twice = columns.find((column, index) => columns.indexOf(column) !== index);
  if (twice === undefined) return;
  const name = columnName(table, twice);
  throw new AppError("bad-columns", `Column ${name} of ${table.name} was chosen twice. Each part needs its own.`);
}

/**
 * Asks a model of every row, batch by batch; rows come in the file's order. `gate` is awaited before each batch with the
 * share that is done.
 *
 * Errors: what gate and onRows throw; not-finite; those of the model.
 */
export async function predictTable(
  { table, mapping, task }: ReadTable,
  model: Answering,
  onRows: (rows: readonly PredictedRow[]) => Promise<void> | void,
  gate: (done: number, total: number) => Promise<void>,
): Promise<PredictionSummary> {
  const scorer = new Scorer(task, model, mapping.label !== null);
  let [emptyCount, truncatedCount] = [0, 0];
  for (let begin = 0; begin < table.rows.length; begin += chunkRows) {
    const indices = Array.from({ length: Math.min(chunkRows, table.rows.length - begin) }, (_, at) => begin + at);
    const asked = indices.filter((index) => hasTexts(table.rows.at(index) ?? [], mapping));
    const examples = asked.map((index) => exampleAt(table, mapping, index, 0));
    const { maxLength } = model.limits;
    const split = await encodeSplit({ examples }, model.tokenizer, maxLength);
    truncatedCount += split.truncatedCount;
    emptyCount += indices.length - asked.length;
    const answers = new Map<number, Answer>();
    for (const rows of batchesOf(split, model.limits)) {
      await gate(asked[rows[0] ?? 0] ?? begin, table.rows.length);
      const logits = await model.run(makeBatch(split, rows));
      rows.forEach((row, at) => answers.set(asked[row] ?? 0, answerAt(logits, at, model)));
    }
    await onRows(indices.map((index) => scorer.rowOf(table, mapping, index, answers.get(index) ?? null)));
  }
  await gate(table.rows.length, table.rows.length);
  return {
    rowCount: table.rows.length,
    emptyCount,
    truncatedCount,
    maxLength: model.limits.maxLength,
    skippedCount: table.skippedCount,
    skipped: table.skipped,
    score: scorer.score(),
  };
}

/** What a model says of a row: class index, score, or 0 or 1 a label; and the probabilities. */
interface Answer {
  readonly values: readonly number[];
  readonly probabilities: readonly number[];
}

/** Rows of a split in their order, as many together as the limits allow. */
function* batchesOf(split: EncodedSplit, limits: InputLimits): Generator<readonly number[], void> {
  let rows: number[] = [];
  let tokens = 0;
  for (let row = 0; row < split.count; row++) {
    const length = rowLength(split, row);
    if (rows.length > 0 && (tokens + length > limits.tokenCount || rows.length >= limits.sequenceCount)) {
      yield rows;
      [rows, tokens] = [[], 0];
    }
    rows.push(row);
    tokens += length;
  }
  if (rows.length > 0) yield rows;
}

function answerAt(logits: Float32Array, at: number, model: Answering): Answer {
  const outputs = Math.max(1, model.labels.length);
  const own = logits.subarray(at * outputs, (at + 1) * outputs);
  if (own.length < outputs || !own.every(Number.isFinite)) {
    throw new AppError("not-finite", "The model answers with what is no number. Were its weights trained to the end?");
  }
  const { probabilities } = answerOf(own, model);
  const values = [...predictionsOf(own, outputs, model.kind)];
  return { values, probabilities: probabilities.map((one) => one.probability) };
}

/** Holds predictions against the file's labels as they come. */
class Scorer {
  readonly #task: Task;
  readonly #labels: readonly string[];
  readonly #width: number;
  readonly #read: LabelReader;
  readonly #predicted: number[] = [];
  readonly #wanted: number[] = [];
  #unknownCount = 0;
  #unknown = "";

  constructor(task: Task, { kind, labels }: Answering, labelled: boolean) {
    this.#task = task;
    this.#labels = labels;
    this.#width = kind === "multi-label" ? labels.length : 1;
    // Hugging Face's own names, where nobody gave others: a file has their numbers.
    const trained = labels.map((_, index) => `LABEL_${index}`);
    this.#read = labelled ? labelReader(task, labels, { trained }) : () => "";
  }

  rowOf(table: Table, mapping: TextMapping, index: number, answer: Answer | null): PredictedRow {
    const cell = mapping.label === null ? null : (table.rows.at(index)?.[mapping.label] ?? "").trim();
    if (cell !== null && answer !== null) this.#count(cell, answer.values);
    return {
      index,
      line: table.lineNumbers.at(index) ?? 0,
      prediction: answer === null ? null : predictionText(answer.values, this.#task.kind, this.#labels),
      probabilities: answer?.probabilities ?? [],
      label: cell,
    };
  }

  #count(cell: string, predicted: readonly number[]): void {
    if (cell === "" || cell === unlabelled) return;
    const wanted = this.#read(cell);
    if (typeof wanted !== "string") {
      this.#predicted.push(...predicted);
      if (typeof wanted === "number") this.#wanted.push(wanted);
      else this.#wanted.push(...predicted.map((_, label) => Number(wanted.includes(label))));
      return;
    }
    if (this.#unknownCount === 0) this.#unknown = cell.slice(0, 40);
    this.#unknownCount += 1;
  }

  score(): PredictionScore | null {
    const unknown = this.#unknownCount === 0 ? null : { rowCount: this.#unknownCount, example: this.#unknown };
    if (this.#wanted.length === 0 && unknown === null) return null;
    const metrics = this.#task.metrics.map(({ id, label }) => ({
      id,
      label,
      value: scoreOf(id, this.#predicted, this.#wanted, this.#width),
    }));
    return { rowCount: this.#wanted.length / this.#width, metrics, unknown };
  }
}
