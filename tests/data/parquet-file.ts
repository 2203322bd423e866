import { parquetWriteBuffer } from "hyparquet-writer";
import type { ColumnSource } from "hyparquet-writer";

/** What the Hub's files say of their columns: the class names of those that have any. */
function describedFeatures(classes: Readonly<Record<string, readonly string[]>>): string {
  const features = Object.entries(classes).map(([column, names]) => [column, { names, _type: "ClassLabel" }]);
  return JSON.stringify({ info: { features: Object.fromEntries(features) } });
}

/** How a test's Parquet file is to be written; otherwise as hyparquet-writer does, with Snappy and pages of version 2. */
export interface ParquetOptions {
  readonly classes?: Readonly<Record<string, readonly string[]>>;
  readonly codec?: "SNAPPY" | "UNCOMPRESSED" | "GZIP";
  readonly rowGroupSize?: number;
  /** Bytes after which a page ends. */
  readonly pageSize?: number;
}

/** A Parquet file of these columns. */
export function parquetFile(columns: readonly ColumnSource[], options: ParquetOptions = {}): Uint8Array<ArrayBuffer> {
  const { classes = {}, codec = "SNAPPY", rowGroupSize = 1000, pageSize = 1_048_576 } = options;
  const buffer = parquetWriteBuffer({
    columnData: [...columns],
    codec,
    // Whatever it says on the box: it is not packed.
    compressors: codec === "GZIP" ? { GZIP: (bytes) => bytes } : {},
    rowGroupSize,
    pageSize,
    kvMetadata: [{ key: "huggingface", value: describedFeatures(classes) }],
  });
  return new Uint8Array(buffer);
}
