import { isPlanShaped, isResultShaped } from "../contract/plan-file.ts";
import { vocabularies } from "../contract/vocabularies.ts";
import { isTableName, tableEndings } from "../contract/reading.ts";
import { resultSizeLimit } from "../contract/schemas/schema.ts";
import { AppError } from "../core/errors.ts";
import type { DroppedFile } from "../worker/api.ts";
import type { AppActions, AppState } from "./state.ts";
import { isBusy } from "./state.ts";

/** What dropped files are, by name and content. */
export type Kind = "result" | "plan" | "model" | "exported" | "table";

const modelNames = ["config.json", "model.safetensors", "pytorch_model.bin", ...vocabularies.flat()];
/** The directory of a .zip stands at its end, with the names of its files as they are. */
const directoryBytes = 2 ** 16;

const nameOf = ({ path }: DroppedFile): string => path.split("/").at(-1) ?? path;
const endingOf = (file: DroppedFile): string => nameOf(file).split(".").at(-1)?.toLowerCase() ?? "";

/** What a file is; null where that cannot be told. */
async function kindOf(one: DroppedFile): Promise<Kind | null> {
  const name = nameOf(one);
  if (name === "model.onnx") return "exported";
  if (modelNames.includes(name)) return "model";
  const ending = endingOf(one);
  if (ending === "zip") {
    const names = await one.file.slice(-directoryBytes).text();
    return names.includes("model.onnx") ? "exported" : names.includes("config.json") ? "model" : "table";
  }
  if (ending === "json" && one.file.size <= resultSizeLimit) {
    const read = readJson(await one.file.text());
    if (isResultShaped(read)) return "result";
    if (isPlanShaped(read)) return "plan";
    return holdsRows(read) ? "table" : null;
  }
  return isTableName(name) ? "table" : null;
}

/** Whether JSON may be a table: JSON Lines, which is no JSON as a whole, or objects or lists within one or the other. */
function holdsRows(read: unknown): boolean {
  if (read === undefined) return true;
  return typeof read === "object" && read !== null && Object.values(read).some((one) => typeof one === "object");
}

/** undefined for what is no JSON. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The one thing that all of these files are. A folder of a model may hold anything beside. Errors: bad-settings. */
export async function kindOfAll(files: readonly DroppedFile[]): Promise<Kind> {
  const kinds = await Promise.all(files.map(kindOf));
  const whole = (["exported", "model"] as const).find((kind) => kinds.includes(kind));
  if (whole !== undefined && !kinds.includes("result") && !kinds.includes("plan")) return whole;
  const [kind] = kinds;
  if (kind !== undefined && kind !== null && kinds.every((other) => other === kind)) return kind;
  const stranger = files[kinds.indexOf(null)];
  throw new AppError(
    "bad-settings",
    stranger === undefined
      ? `These ${files.length} files are of several kinds (${[...new Set(kinds)].join(", ")}): drop one kind at a time.`
      : `${nameOf(stranger)} is not known: drop a model (a folder or .zip with config.json), tables (${tableEndings.map((ending) => `.${ending}`).join(", ")}, also as .gz or .zip), a result.json or a plan.json.`,
  );
}

/** Which table is which, by name; a table alone is train where there is none. Errors: bad-settings. */
export function rolesOf(
  files: readonly DroppedFile[],
  hasTrain: boolean,
): readonly (readonly ["train" | "dev", DroppedFile])[] {
  const isTrain = (one: DroppedFile): boolean => /train/i.test(nameOf(one));
  const isDev = (one: DroppedFile): boolean => /dev|valid|test/i.test(nameOf(one));
  const [first, second, ...others] = files;
  if (first !== undefined && second === undefined) {
    return [[isTrain(first) || (!hasTrain && !isDev(first)) ? "train" : "dev", first]];
  }
  const train = files.filter((one) => isTrain(one) && !isDev(one));
  const dev = files.filter((one) => isDev(one) && !isTrain(one));
  const [mine, other] = [train[0], dev[0]];
  if (others.length === 0 && train.length === 1 && dev.length === 1 && mine && other) {
    return [
      ["train", mine],
      ["dev", other],
    ];
  }
  throw new AppError(
    "bad-settings",
    `Which of these ${files.length} tables is for training cannot be told from their names. Give one “train” and the other ` +
      "“dev” in its name, or drop each at its place under Data.",
  );
}

type Takers = Pick<
  AppActions,
  "model" | "data" | "plans" | "opened" | "openResult" | "openResults" | "view" | "notices"
>;

/** Takes files that were dropped anywhere: models, tables, results and plans find their place; what cannot be told is said. */
export function fileTaker(state: () => AppState, takers: Takers): AppActions["takeFiles"] {
  const { model, data, plans, opened, view, notices } = takers;

  async function take(files: readonly DroppedFile[]): Promise<void> {
    const kind = await kindOfAll(files);
    if (isBusy(state()))
      throw new AppError("bad-settings", "A run goes on: files can be opened when it has ended, or was stopped.");
    switch (kind) {
      case "model":
        view.change({ modelOrigin: "disk" });
        await model.load(files);
        return;
      case "exported":
        await opened.open(files);
        return;
      case "table":
        view.change({ dataOrigin: "files" });
        for (const [role, file] of rolesOf(files, state().data.train !== null)) await data.load(role, [file]);
        return;
      case "plan":
        if (files.length > 1)
          throw new AppError("bad-settings", `These ${files.length} files are plans: drop one of them.`);
        for (const one of files) await plans.open(one.file, nameOf(one));
        view.change({ openSteps: ["experiment"] });
        return;
      case "result": {
        const named = files.map((one) => ({ file: one.file, name: nameOf(one) }));
        const [first] = named;
        if (named.length > 1) await takers.openResults(named);
        else if (first !== undefined) await takers.openResult(first.file, first.name);
      }
    }
  }

  return async (files) => {
    if (files.length === 0) return;
    notices.clear("result");
    try {
      await take(files);
    } catch (thrown) {
      notices.report("result", thrown);
    }
  };
}
