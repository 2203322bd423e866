import { readFileSync } from "node:fs";
import fc from "fast-check";
import { AppError } from "../../../src/core/errors.ts";

const bytesOf = (name: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(readFileSync(new URL(`./${name}`, import.meta.url)));

/** A file of this folder: the same table in several forms, by pyarrow. See tests/data/parquet/make.py. */
export const columnsFile = bytesOf;

/** What its cells are. */
export const wantedColumns = JSON.parse(new TextDecoder().decode(bytesOf("wanted.json"))) as {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/**
 * Reads a file of this folder many times, with up to four bytes from `first` on changed: each must end in a table or be
 * refused in words. Returns how many were refused.
 */
export async function refusedOfDamaged(
  name: string,
  read: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>,
  { first, numRuns, seed }: { readonly first: number; readonly numRuns: number; readonly seed: number },
): Promise<number> {
  const good = columnsFile(name);
  let refused = 0;
  const flip = fc.tuple(fc.integer({ min: first, max: good.length - 1 }), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 4 }), async (flips) => {
      const bytes = good.slice();
      for (const [at, mask] of flips) bytes[at] = (bytes[at] ?? 0) ^ mask;
      await read(bytes).catch((error: unknown) => {
        if (!(error instanceof AppError) || !["bad-table", "too-large"].includes(error.code)) throw error;
        refused += 1;
      });
    }),
    { numRuns, seed },
  );
  return refused;
}
