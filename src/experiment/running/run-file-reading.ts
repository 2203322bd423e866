import * as v from "valibot";
import { device, run } from "../../contract/schemas/run.ts";
import { kernelChoice } from "../../contract/schemas/schema.ts";
import { AppError } from "../../core/errors.ts";
import { wordSum, wordsOf } from "../../core/word-sum.ts";
import { parsedJson } from "../../core/json.ts";
import { formatShape } from "../../core/shape.ts";
import { openSafetensors } from "../../models/safetensors.ts";
import type { PlannedRun } from "../experiment.ts";
import { firstSum, isSameChoice, isSameDevice, masksName, runFormat, sumText } from "./run-file.ts";
import type { MadeBy, RunOnFile } from "./run-file.ts";
import { waitingRecord } from "./run-record.ts";

/** Opens what writeRunFile() wrote, without reading any tensor. Errors: bad-tensors, for any other file. */
export async function openRunFile(blob: Blob, name: string): Promise<RunOnFile> {
  const file = await openSafetensors(blob, name);
  const found = file.metadata.get("format") ?? "none";
  if (found !== runFormat)
    throw refusal(name, `its format is ${JSON.stringify(found.slice(0, 40))}, not "${runFormat}"`);
  function part<S extends v.GenericSchema>(key: string, schema: S): v.InferOutput<S> {
    const json = parsedJson(file.metadata.get(key) ?? "", (cause) => refusal(name, `its ${key} is not JSON`, cause));
    const read = v.safeParse(schema, json);
    if (read.success) return read.output;
    throw refusal(name, `its ${key} is not what is wanted (${v.getDotPath(read.issues[0]) ?? "whole"})`);
  }
  const step = Number(file.metadata.get("step"));
  const told = part("run", run);
  if (!Number.isSafeInteger(step) || step < 1 || step > told.stepCount || told.steps.at(-1)?.step !== step) {
    throw refusal(name, `its step is ${file.metadata.get("step") ?? "missing"}, and what it tells ends elsewhere`);
  }
  const named = (key: string): string => file.metadata.get(key) ?? "";
  return {
    run: told,
    device: part("device", device),
    kernels: part("kernels", kernelChoice),
    build: named("build"),
    weights: named("weights"),
    rows: named("rows"),
    async isWhole() {
      let sum = firstSum(named("run"));
      for (const [tensor, { dtype }] of file.entries) {
        sum = wordSum(wordsOf(await (dtype === "U32" ? file.words(tensor) : file.read(tensor))), sum);
      }
      return sumText(sum) === named("sum");
    },
    masks: async (cycle) => (file.entries.has(masksName(cycle)) ? await file.words(masksName(cycle)) : null),
    state: {
      step,
      async tensor(label, shape, dtype) {
        const at = file.entries.get(label)?.shape;
        if (at !== undefined && formatShape(at) !== formatShape(shape)) {
          throw new AppError(
            "shape-mismatch",
            `${label} of ${name} has shape ${formatShape(at)}; the run has ${formatShape(shape)}.`,
          );
        }
        return await (dtype === "u32" ? file.words(label) : file.read(label));
      },
    },
  };
}

function refusal(name: string, found: string, cause?: unknown): AppError {
  const message = `${name} is no run to go on with: ${found}. Start the run anew.`;
  return new AppError("bad-tensors", message, { cause });
}

/** Why a planned run cannot go on from a file to the same bits, as a part of a sentence; null where it can. */
export function otherRun(file: RunOnFile, planned: PlannedRun, made: MadeBy): string | null {
  if (file.build !== made.build) return "it was saved by another version of this program";
  const now = waitingRecord(planned);
  const differing = (["id", "seed", "stepCount", "values", "setting"] as const).find(
    (key) => JSON.stringify(inOrder(file.run[key])) !== JSON.stringify(inOrder(now[key])),
  );
  if (differing !== undefined) return `its ${differing} is another`;
  if (file.weights !== made.weights) return "it was begun with other weights of the model";
  if (file.rows !== made.rows) return "it was begun on other rows";
  if ((file.run.subnetwork !== null) !== (planned.request.watched === true)) return "it was watched otherwise";
  if (!isSameDevice(file.device, made.device)) return "it was begun on another GPU";
  return isSameChoice(file.kernels, made.kernels) ? null : "it was begun with other kernels";
}

function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
}
