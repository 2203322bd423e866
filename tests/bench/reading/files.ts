import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { parquetWriteBuffer } from "hyparquet-writer";
import { threefry } from "../../../src/core/rng.ts";

/** What was written. */
export interface WrittenFile {
  readonly rowCount: number;
  /** Of all cells, in UTF-8: a packed file may hold more than it has bytes. */
  readonly textBytes: number;
}

const names = ["premise", "hypothesis", "label"] as const;
const classes = ["entailment", "neutral", "contradiction"] as const;
/** Hypotheses of a premise, one of each class, one after another: as in SNLI. */
const perPremise = 3;
/** Words, where SNLI has 14 and 8 as means. */
const premiseWords = { least: 8, most: 20 };
const hypothesisWords = { least: 4, most: 12 };

/** Running words of the tasks that ship with the page: as often as they are used. */
function runningWords(): readonly string[] {
  const files = ["sentiment", "topic"].map((task) => readFileSync(`public/tasks/${task}/train.tsv`, "utf8"));
  return files.flatMap((text) => text.match(/[a-z]+/giu) ?? []);
}

type Row = readonly [premise: string, hypothesis: string, label: number];

/** A function from a row's number to the row, the same each time. */
function rowsOfWords(): (row: number) => Row {
  const words = runningWords();
  const sentence = (element: number, { least, most }: typeof premiseWords): string => {
    let [state] = threefry(1, 0, element, 0);
    const draw = (count: number): number => {
      // Numerical Recipes' generator: its high bits will do for words.
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * count);
    };
    const length = least + draw(most - least + 1);
    const drawn = Array.from({ length }, () => words[draw(words.length)] ?? "");
    // Every fifth has commas, so that CSV puts it in quotes.
    return `${drawn.join(element % 5 === 0 ? ", " : " ")}.`;
  };
  let premise = "";
  return (row) => {
    if (row % perPremise === 0) premise = sentence(row / perPremise, premiseWords);
    return [premise, sentence(0x80000000 + row, hypothesisWords), row % perPremise];
  };
}

/** Writes a CSV as R and pandas do: with a header, and quotes where a text needs them. */
export async function writeCsv(path: string, rowCount: number): Promise<WrittenFile> {
  const rowAt = rowsOfWords();
  const stream = createWriteStream(path);
  const cellOf = (text: string): string => (text.includes(",") ? `"${text}"` : text);
  let textBytes = 0;
  stream.write(`${names.join(",")}\n`);
  for (let row = 0; row < rowCount; row++) {
    const [premise, hypothesis, label] = rowAt(row);
    const cells = [premise, hypothesis, classes[label] ?? ""];
    for (const cell of cells) textBytes += Buffer.byteLength(cell);
    if (!stream.write(`${cells.map(cellOf).join(",")}\n`)) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
  return { rowCount, textBytes };
}

/** Writes a Parquet file as datasets has them on the Hub: Snappy, classes as numbers; all rows in one group. */
export function writeParquet(path: string, rowCount: number): WrittenFile {
  const rowAt = rowsOfWords();
  const rows = Array.from({ length: rowCount }, (_, row) => rowAt(row));
  const features = { info: { features: { label: { names: classes, _type: "ClassLabel" } } } };
  // pyarrow gives a dictionary up after a megabyte.
  const text = { type: "STRING", encoding: "PLAIN" } as const;
  const columnData = [
    { name: names[0], data: rows.map(([premise]) => premise), ...text },
    { name: names[1], data: rows.map(([, hypothesis]) => hypothesis), ...text },
    { name: names[2], data: BigInt64Array.from(rows, ([, , label]) => BigInt(label)), type: "INT64" as const },
  ];
  const kvMetadata = [{ key: "huggingface", value: JSON.stringify(features) }];
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: rowCount, kvMetadata })));
  const bytesOf = ([premise, hypothesis, label]: Row): number =>
    Buffer.byteLength(premise) + Buffer.byteLength(hypothesis) + (classes[label]?.length ?? 0);
  return { rowCount, textBytes: rows.reduce((sum, row) => sum + bytesOf(row), 0) };
}
