import { AppError } from "../../core/errors.ts";

/** Bounds of a table, whatever it is read from. */
export const maxRows = 2_000_000;
export const maxColumns = 500;
/** Of all rows together: an empty cell takes no room in many a file, and four to eight bytes in memory. */
export const maxCells = 100_000_000;
/** Of all cells together: a text that many cells share takes no room in many a file. */
export const maxCharacters = 512_000_000;
/** Of a Parquet file's pages, unpacked: as many characters as a table may have take up to three bytes each. */
export const maxParquetBytes = 2_000_000_000;
/** Of an Arrow file's buffers, unpacked: they are all in memory at once. */
export const maxArrowBytes = 1_000_000_000;

/** What is left of a bound that all parts of a file share. */
export class Room {
  readonly #name: string;
  readonly #most: number;
  readonly #what: string;
  #left: number;

  /** `what` is counted, as in "rows". */
  constructor(name: string, most: number, what: string) {
    this.#name = name;
    this.#most = most;
    this.#what = what;
    this.#left = most;
  }

  /** Errors: too-large once more was taken than there is. */
  take(count: number): void {
    this.#left -= count;
    if (!(this.#left >= 0)) throw tooLarge(this.#name, `more than ${this.#most} ${this.#what}`);
  }
}

/** `what` is found: "501 columns; at most 500 are read". */
export function tooLarge(name: string, what: string): AppError {
  return new AppError("too-large", `${name} has ${what}. Cut it: fewer are enough here.`);
}
