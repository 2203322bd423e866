import { AppError } from "../../src/core/errors.ts";
import type { DataSettings } from "../../src/experiment/prepared-data.ts";
import { Workspace } from "../../src/experiment/workspace.ts";
import { rteTable, tinyFolder } from "../models/tiny-folder.ts";

/** Leaves every choice about the tables to the engine. */
export const anyChoice: DataSettings = {
  task: null,
  trainMapping: null,
  devMapping: null,
  devShare: 0.2,
  splitSeed: 1,
  sample: null,
};

/** Tokens a row of the tiny tables is cut to. */
export const tinyLength = 24;

/** A workspace without a GPU that holds the tiny model and its tables, all prepared. */
export async function tinyWorkspace(): Promise<Workspace> {
  const workspace = new Workspace(undefined);
  await workspace.loadModel(tinyFolder());
  await workspace.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
  await workspace.loadTable("dev", { path: "dev.tsv", file: new Blob([rteTable(6)]) });
  await workspace.prepareData(anyChoice, tinyLength);
  return workspace;
}

/** The AppError that a call ends with. Errors: Error where it succeeds or throws something else. */
export async function refusalOf(call: Promise<unknown>): Promise<AppError> {
  const thrown: unknown = await call.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof AppError) return thrown;
  throw thrown instanceof Error ? thrown : new Error(`the call did not fail: ${String(thrown)}`);
}

/** What a browser makes of a directory where a file is wanted: it has a size, and cannot be read. */
export class DirectoryBlob extends Blob {
  override get size(): number {
    return 4096;
  }

  override slice(): Blob {
    throw new Error("NotReadableError");
  }
}
