import { attempt } from "../../slot.ts";
import type { ExperimentResult } from "../../../contract/run.ts";
import { resultSizeLimit } from "../../../contract/schemas/schema.ts";
import { AppError } from "../../../core/errors.ts";
import { isActive, tooEarly, type ExperimentSlice } from "../../experiment.ts";
import type { AppActions } from "../../state.ts";
import { readResult, tooLarge } from "../../../analysis/result-file.ts";

/** Reads a result.json that a person chose. Errors: bad-settings, too-large. */
async function openResultFile(file: Blob, name: string): Promise<ExperimentResult> {
  if (file.size > resultSizeLimit) throw tooLarge(name, file.size);
  return readResult(await file.text(), name);
}

/** Fetches the recorded run that ships with the page. Errors: bad-settings where this copy of the page has none. */
async function fetchRecorded(url: string): Promise<ExperimentResult> {
  const absent = "This copy of the page ships without a recorded run. Open a result.json of your own instead.";
  const response = await fetch(url).catch((cause: unknown) => {
    throw new AppError("bad-settings", absent, { cause });
  });
  // A host that answers every address with its index page has no recorded run either.
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || type.includes("html")) throw new AppError("bad-settings", absent);
  return readResult(await response.text(), "The recorded run");
}

/** Putting results from elsewhere on show. */
export function resultOpeners(
  {
    experiment,
    cases,
    sweep,
    view,
    notices,
    kept,
  }: Pick<AppActions, "experiment" | "cases" | "sweep" | "view" | "notices" | "kept">,
  shown: () => ExperimentSlice,
  recordedUrl: string,
): Pick<AppActions, "openResult" | "openResults" | "openRecorded" | "showLaid"> {
  /** Files that are laid side by side, by name. */
  let laid = new Map<string, Blob>();
  async function open(
    read: () => Promise<ExperimentResult>,
    source: "file" | "recorded",
    name: string,
    among = false,
  ): Promise<boolean> {
    return await attempt(notices, "result", async () => {
      const result = await read();
      if (isActive(shown().status)) throw tooEarly();
      kept.keep();
      kept.left();
      if (!among) sweep.forget();
      experiment.show(result, source, name);
      view.reset();
      await cases.refresh();
    });
  }

  return {
    openResult: async (file, name) => void (await open(() => openResultFile(file, name), "file", name)),
    async openResults(files) {
      const opened: { readonly key: string; readonly name: string; readonly result: ExperimentResult }[] = [];
      const done = await open(
        async () => {
          for (const { file, name } of files)
            opened.push({ key: name, name, result: await openResultFile(file, name) });
          const [first] = opened;
          if (first === undefined) throw new AppError("bad-settings", "No result was given; choose at least one.");
          return first.result;
        },
        "file",
        files[0]?.name ?? "",
      );
      if (!done) return;
      try {
        sweep.take(opened);
        laid = new Map(files.map(({ file, name }) => [name, file]));
      } catch (thrown) {
        notices.report("result", thrown);
      }
    },
    async showLaid(key) {
      const file = laid.get(key);
      if (file === undefined) await kept.choose(key);
      else await open(() => openResultFile(file, key), "file", key, true);
    },
    openRecorded: async () => void (await open(() => fetchRecorded(recordedUrl), "recorded", "Recorded run")),
  };
}
