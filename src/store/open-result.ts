import type { ExperimentResult } from "../contract/run.ts";
import { AppError } from "../core/errors.ts";
import { readResult, resultSizeLimit, tooLarge } from "./result-file.ts";

/** Reads a result.json that a person chose. Errors: bad-settings, too-large. */
export async function openResultFile(file: Blob, name: string): Promise<ExperimentResult> {
  if (file.size > resultSizeLimit) throw tooLarge(name, file.size);
  return readResult(await file.text(), name);
}

/** Fetches the recorded run that ships with the page. Errors: bad-settings where this copy of the page has none. */
export async function fetchRecorded(url: string): Promise<ExperimentResult> {
  const absent = "This copy of the page ships without a recorded run. Open a result.json of your own instead.";
  const response = await fetch(url).catch((cause: unknown) => {
    throw new AppError("bad-settings", absent, { cause });
  });
  // A host that answers every address with its index page has no recorded run either.
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || type.includes("html")) throw new AppError("bad-settings", absent);
  return readResult(await response.text(), "The recorded run");
}
