import type { Weights } from "../models/weights.ts";
import type { ParamSpec } from "../nn/params.ts";
import type { MatchedTensors } from "./checkpoint-names.ts";

/** Number formats as config.json's torch_dtype spells them, by safetensors' names. */
const formats: Readonly<Record<string, string>> = { F16: "float16", BF16: "bfloat16", F32: "float32", F64: "float64" };

/** How a model's weights were read, from the file to its head, in a few words each. */
export function weightsReading(
  file: Weights,
  { sources, prefix, tied }: MatchedTensors,
  specs: readonly ParamSpec[],
): readonly string[] {
  const dtypes = new Set([...sources.values()].map((source) => file.entries.get(source)?.dtype ?? ""));
  const lacking = (group: ParamSpec["group"]): boolean =>
    specs.some((spec) => spec.group === group && !sources.has(spec.name));
  return [
    file.name,
    ...(file.key === undefined ? [] : [`under ${JSON.stringify(file.key)}`]),
    [...dtypes].map((dtype) => formats[dtype] ?? dtype).join(" and "),
    ...(prefix === "" ? [] : [`prefix ${JSON.stringify(prefix)} taken off`]),
    ...(tied.length === 0 ? [] : ["tied word embeddings"]),
    ...(lacking("pooler") ? ["no pooler"] : []),
    headReading(file, sources, specs),
  ];
}

function headReading(file: Weights, sources: ReadonlyMap<string, string>, specs: readonly ParamSpec[]): string {
  const head = specs.filter(({ group }) => group === "classifier");
  const output = head.findLast(({ shape }) => shape.length === 2);
  if (output === undefined || head.some(({ name }) => !sources.has(name))) return "no head";
  const [rows = 0] = file.entries.get(sources.get(output.name) ?? "")?.shape ?? [];
  return rows === 1 ? "head of one score" : `head of ${rows} classes`;
}
