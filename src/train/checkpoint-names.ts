import { AppError } from "../core/errors.ts";
import { formatShape } from "../core/shape.ts";
import type { Weights } from "../models/weights.ts";
import type { Model } from "../nn/model.ts";
import type { ParamSpec } from "../nn/params.ts";

/** Which tensor of a file each parameter is read from. */
export interface MatchedTensors {
  /** By parameter name; what the file lacks and may lack (a head, a pooler) is not there. */
  readonly sources: ReadonlyMap<string, string>;
  /** Tensors that nothing is read from. */
  readonly skipped: readonly string[];
  /** A wrapper's, that was taken off the tensors' names; "" for none. */
  readonly prefix: string;
  /** Tensors that stood in for word embeddings, whose memory they share. */
  readonly tied: readonly string[];
  /** Sentences on what was taken for what. */
  readonly notes: readonly string[];
}

/** Groups of parameters that start afresh where a file lacks them. */
const optionalGroups: ReadonlySet<ParamSpec["group"]> = new Set(["pooler", "classifier"]);
/** Wrappers put at most so many names in front. */
const mostSegments = 4;

/**
 * Finds the tensor of every parameter: by the names that the family knows, behind the name of a wrapper (DataParallel's
 * "module.", torch.compile's "_orig_mod.", "model.", "0.auto_model.", "bert.bert.") where most of the tensors carry it.
 *
 * Errors: bad-tensors for two tensors of one parameter, or a LoRA adapter's; missing-tensor; shape-mismatch.
 */
export function matchTensors(model: Model, specs: readonly ParamSpec[], file: Weights): MatchedTensors {
  checkNotAdapter(file);
  const wanted = new Map(specs.map((spec) => [spec.name, spec]));
  const prefix = wrapperOf(model, wanted, file);
  const sources = new Map<string, string>();
  const skipped: string[] = [];
  for (const [source, { shape }] of file.entries) {
    const name = model.parameterOf(source.startsWith(prefix) ? source.slice(prefix.length) : source);
    const spec = name === null ? undefined : wanted.get(name);
    if (name === null || spec === undefined) {
      skipped.push(source);
      continue;
    }
    if (spec.group !== "classifier" && formatShape(shape) !== formatShape(spec.shape)) {
      throw new AppError(
        "shape-mismatch",
        `${source} has shape ${formatShape(shape)}; config.json asks for ${formatShape(spec.shape)}. ` +
          shapeAdvice(spec, shape),
      );
    }
    if (sources.has(name)) {
      throw new AppError("bad-tensors", `Both ${sources.get(name) ?? ""} and ${source} stand for ${name}; wanted one.`);
    }
    sources.set(name, source);
  }
  const tied = takeTied(model, wanted, file, sources, prefix);
  checkNothingMissing(model, specs, sources, file, prefix);
  checkWholePooler(specs, sources, file);
  const notes = [
    ...(file.notes ?? []),
    ...(prefix === "" ? [] : [`Its tensors carry the name "${prefix}" of a wrapper, which was taken off.`]),
    ...tied.map((source) => `The word embeddings are read from ${source}, which shares their memory.`),
    ...missingGroups(specs, sources),
    ...deeperNote(model, skipped),
  ];
  return { sources, skipped: skipped.filter((name) => !tied.includes(name)), prefix, tied, notes };
}

function checkNotAdapter(file: Weights): void {
  const lora = [...file.entries.keys()].find((name) => /\.(lora_[AB]|base_layer|ia3_l)\b/.test(name));
  if (lora === undefined) return;
  throw new AppError(
    "bad-tensors",
    `${file.name} holds a LoRA adapter of PEFT (${lora}), which has to be merged into its model first: ` +
      "model.merge_and_unload().save_pretrained(DIR).",
  );
}

/** Fields of config.json that say how many rows a table has. */
const rowFields: readonly (readonly [table: string, field: string])[] = [
  ["word_embeddings.weight", "vocab_size"],
  ["model.shared.weight", "vocab_size"],
  ["position_embeddings.weight", "max_position_embeddings"],
  ["token_type_embeddings.weight", "type_vocab_size"],
];

function shapeAdvice({ name, shape: wanted }: ParamSpec, found: readonly number[]): string {
  const field = rowFields.find(([table]) => name.endsWith(table))?.[1];
  const rowsOnly = found.length === 2 && found[1] === wanted[1] && field !== undefined;
  const own = "Use the config.json that belongs to these weights";
  return rowsOnly ? `${own}, or set its ${field} to ${found[0]} if the tokenizer fits that.` : `${own}.`;
}

/** Errors: missing-tensor where a file has a part of a pooler. */
function checkWholePooler(specs: readonly ParamSpec[], sources: ReadonlyMap<string, string>, file: Weights): void {
  const pooler = specs.filter(({ group }) => group === "pooler");
  const [there, missing] = [
    pooler.find(({ name }) => sources.has(name)),
    pooler.find(({ name }) => !sources.has(name)),
  ];
  if (there === undefined || missing === undefined) return;
  throw new AppError(
    "missing-tensor",
    `${file.name} has ${there.name} and no ${missing.name}: it is not whole. Get it again, or save it without a pooler.`,
  );
}

/** The leading part of the tensors' names, "" at first, without which most of them are parameters. */
function wrapperOf(model: Model, wanted: ReadonlyMap<string, ParamSpec>, file: Weights): string {
  const names = [...file.entries.keys()];
  const prefixes = new Set([""]);
  for (const name of names) {
    const parts = name.split(".");
    for (let count = 1; count <= Math.min(mostSegments, parts.length - 1); count++) {
      prefixes.add(`${parts.slice(0, count).join(".")}.`);
    }
  }
  const hits = (prefix: string): number =>
    new Set(
      names.flatMap((name) => {
        const found = name.startsWith(prefix) ? model.parameterOf(name.slice(prefix.length)) : null;
        return found !== null && wanted.has(found) ? [found] : [];
      }),
    ).size;
  let best = { prefix: "", count: hits("") };
  if (best.count === wanted.size) return "";
  for (const prefix of prefixes) {
    const count = hits(prefix);
    // Of prefixes that do as well the shorter is the wrapper's.
    if (count > best.count) best = { prefix, count };
  }
  return best.prefix;
}

/** Files of tied models may keep only the other name of the word embeddings. Returns the tensors that stood in. */
function takeTied(
  model: Model,
  wanted: ReadonlyMap<string, ParamSpec>,
  file: Weights,
  sources: Map<string, string>,
  prefix: string,
): readonly string[] {
  const taken: string[] = [];
  for (const [name, aliases] of model.tied) {
    const spec = wanted.get(name);
    if (spec === undefined || sources.has(name)) continue;
    const alias = aliases
      .map((one) => `${prefix}${one}`)
      .find((one) => formatShape(file.entries.get(one)?.shape ?? []) === formatShape(spec.shape));
    if (alias === undefined) continue;
    sources.set(name, alias);
    taken.push(alias);
  }
  return taken;
}

function checkNothingMissing(
  { sizes }: Model,
  specs: readonly ParamSpec[],
  sources: ReadonlyMap<string, string>,
  file: Weights,
  prefix: string,
): void {
  const needed = specs.filter(({ group }) => !optionalGroups.has(group));
  const missing = needed.filter(({ name }) => !sources.has(name));
  const [first] = missing;
  if (first === undefined) return;
  const layerOf = (name: string): number => Number(/\.layer\.(\d+)\./.exec(name)?.[1] ?? -1);
  // A file that holds the first layers whole and none of the later ones.
  const layers = new Set([...sources.keys()].map(layerOf).filter((layer) => layer >= 0)).size;
  const shallow = layers > 0 && layers < sizes.layerCount && missing.every(({ name }) => layerOf(name) >= layers);
  const some = [...file.entries.keys()].slice(0, 3).join(", ");
  const none = shallow
    ? ` It has the first ${layers} of the ${sizes.layerCount} layers that config.json asks for: set their number ` +
      `(num_hidden_layers, or n_layers) to ${layers}, or get the whole file.`
    : missing.length === needed.length
      ? ` None of its ${file.entries.size} tensors is one of this family's (it has ${some}).`
      : prefix === ""
        ? ""
        : ` The name "${prefix}" was taken off its tensors.`;
  throw new AppError(
    "missing-tensor",
    `${file.name} has no ${first.name} ${formatShape(first.shape)}, which the model needs.${none}`,
  );
}

/** A pooler that a file lacks starts afresh, as in Hugging Face's code. */
function missingGroups(specs: readonly ParamSpec[], sources: ReadonlyMap<string, string>): readonly string[] {
  const lacking = specs.some(({ group, name }) => group === "pooler" && !sources.has(name));
  return lacking
    ? [
        "It has no pooler, as a model of masked words, tokens or spans: a fresh one is trained along, drawn by the seed.",
      ]
    : [];
}

/** Says where a file has more layers than config.json asks for. */
function deeperNote({ sizes }: Model, skipped: readonly string[]): readonly string[] {
  const layers = new Set(skipped.flatMap((name) => /(?:^|\.)layer\.(\d+)\./.exec(name)?.[1] ?? []));
  const more = [...layers].filter((layer) => Number(layer) >= sizes.layerCount).length;
  return more === 0 ? [] : [`Its file has ${more} more layers than the ${sizes.layerCount} that config.json asks for.`];
}
