import type { ReadingStep } from "../../contract/reading.ts";
import { AppError } from "../../core/errors.ts";
import type { ZipEntry } from "../../core/zip.ts";
import { kindOf, type FileKind } from "../tables/kind.ts";
import { readStart } from "../tables/lines.ts";

/** A file out of its containers. */
export interface OpenedFile {
  /** What it is called inside them. */
  readonly name: string;
  readonly blob: Blob;
  readonly kind: Exclude<FileKind, "gzip" | "zip"> | "spreadsheet";
  /** A spreadsheet's parts; else none. */
  readonly entries: readonly ZipEntry[];
  /** What it was packed in, from outside. */
  readonly steps: readonly ReadingStep[];
}

/** A .csv.gz in a .zip is two. */
const mostContainers = 3;

/**
 * Takes a table out of gzip and .zip. Errors: those of kindOf, unpackGzip and openArchive; bad-archive where containers
 * nest too deep.
 */
export async function openFile(blob: Blob, name: string): Promise<OpenedFile> {
  const steps: ReadingStep[] = [];
  let inner = { blob, name };
  for (let depth = 0; depth <= mostContainers; depth++) {
    const kind = kindOf(inner.name, await readStart(inner.blob, inner.name));
    if (kind === "gzip") {
      const { unpackGzip } = await import("./gzip.ts");
      steps.push(step("gzip"));
      inner = {
        blob: await unpackGzip(inner.blob, inner.name),
        name: inner.name.replace(/\.t?gz$/i, (ending) => (ending.length === 4 ? ".tar" : "")),
      };
    } else if (kind === "zip") {
      const { openArchive } = await import("./archive.ts");
      const content = await openArchive(inner.blob, inner.name);
      if (content.kind === "spreadsheet") return { ...inner, kind: content.kind, entries: content.entries, steps };
      steps.push(step(`${content.path} in a .zip`));
      inner = { blob: content.blob, name: content.path };
    } else {
      return { ...inner, kind, entries: [], steps };
    }
  }
  throw new AppError("bad-archive", `${name} is packed more than ${mostContainers} times. Unpack it.`);
}

function step(found: string): ReadingStep {
  return { stage: "container", found, assumed: null };
}
