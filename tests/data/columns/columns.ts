import { readFileSync } from "node:fs";

const bytesOf = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`./${name}`, import.meta.url)));

/** A file of this folder: the same table in several forms, by pyarrow. See tests/data/parquet/make.py. */
export const columnsFile = bytesOf;

/** What its cells are. */
export const wantedColumns = JSON.parse(new TextDecoder().decode(bytesOf("wanted.json"))) as {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
};
