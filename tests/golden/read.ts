import { readFileSync } from "node:fs";
import * as v from "valibot";

/** Runs that make.py has written. */
export const goldenNames = [
  "vanilla",
  "vanilla-regression",
  "vanilla-class-weights",
  "vanilla-multi-label",
  "vanilla-multi-label-weights",
  "vanilla-dropout",
  "vanilla-layer-decay",
  "vanilla-adam-published",
  "vanilla-head-linear",
  "vanilla-gelu-new",
  "vanilla-silu",
  "dps-dense",
  "dps-dense-strict",
  "dps-mix",
  "dps-mix-exact",
  "mixout",
  "mixout-exact",
  "r-drop",
  "r-drop-regression",
  "r-drop-multi-label",
  "r3f-multi-label",
  "r3f",
  "r3f-normal",
  "child-tuning-d",
  "child-tuning-f",
  "re-init",
] as const;

/** The same of DistilBERT: twenty steps each. */
export const distilBertNames = ["distilbert-vanilla", "distilbert-sines", "distilbert-dps-dense"] as const;

/** The same of other families, smaller, ten steps each. */
export const familyNames = [
  "electra-vanilla",
  "electra-dps-dense",
  "roberta-vanilla",
  "roberta-dps-dense",
  "camembert-vanilla",
  "deberta-vanilla",
  "deberta-dps-dense",
  "debertav2-vanilla",
  "debertav2-dps-dense",
  "debertav2-dps-mix",
  "bart-vanilla",
  "bart-dps-dense",
] as const;

export type GoldenName = (typeof goldenNames)[number] | (typeof distilBertNames)[number] | (typeof familyNames)[number];

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

function floatsOf(base64: string): Float32Array<ArrayBuffer> {
  const bytes = bytesOf(base64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.byteLength / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

/** Bit i of the packed flags as 0 or 1; `count` of them. */
function flagsOf(base64: string, count: number): Uint8Array {
  const bytes = bytesOf(base64);
  return Uint8Array.from({ length: count }, (_, index) => ((bytes[index >> 3] ?? 0) >> (index & 7)) & 1);
}

const shape = v.array(v.number());
const tensor = v.pipe(
  v.object({ shape, data: v.string(), deviation: v.optional(v.number(), 0) }),
  v.transform(({ data, ...entry }) => ({ ...entry, data: floatsOf(data) })),
);
const tensors = v.pipe(
  v.record(v.string(), tensor),
  v.transform((entries) => new Map(Object.entries(entries))),
);
const numbers = v.array(v.number());
const labels = v.pipe(
  v.array(v.union([v.number(), numbers])),
  v.transform((rows) => rows.flat()),
);
const batch = v.object({ ids: numbers, types: numbers, offsets: numbers, labels });
const step = v.object({
  step: v.number(),
  loss: v.number(),
  gradNorm: v.number(),
  learningRate: v.number(),
  stage: v.picklist([0, 1, 2]),
  tokens: v.number(),
});
const matrix = v.pipe(
  v.object({
    name: v.string(),
    size: v.number(),
    rank: v.number(),
    threshold: v.number(),
    deviation: v.number(),
    kept: v.number(),
    mask: v.string(),
  }),
  v.transform(({ mask, ...entry }) => ({ ...entry, mask: flagsOf(mask, entry.size) })),
);
const draw = v.pipe(
  v.object({ step: v.number(), label: v.string(), count: v.number(), bits: v.string() }),
  v.transform(({ step: at, label, count, bits }) => ({ step: at, label, kept: flagsOf(bits, count) })),
);
const recipe = v.object({
  learningRate: v.number(),
  weightDecay: v.number(),
  beta1: v.number(),
  beta2: v.number(),
  eps: v.number(),
  warmupRatio: v.number(),
  clip: v.number(),
  layerDecay: v.optional(v.number(), 1),
  adamEpsilon: v.optional(v.string(), "torch"),
  headStart: v.optional(v.string(), "normal"),
  classWeights: v.optional(v.string(), "none"),
  maxSteps: v.number(),
});
const fixture = v.object({
  source: v.string(),
  seed: v.number(),
  margin: v.number(),
  config: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  kind: v.optional(v.picklist(["classification", "multi-label", "regression"])),
  labelCount: v.number(),
  recipe,
  dropout: v.optional(v.number(), 0),
  method: v.object({ id: v.string(), values: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])) }),
  batches: v.array(batch),
  steps: v.array(step),
  deviation: v.object({ loss: v.number(), gradNorm: v.number() }),
  zeroGradients: v.array(v.string()),
  selections: v.array(v.object({ step: v.number(), cycle: v.number(), matrices: v.array(matrix) })),
  draws: v.array(draw),
  evalLogits: tensor,
  initial: tensors,
  gradients: tensors,
  final: tensors,
});
const scoreCase = v.pipe(
  v.object({
    us: v.number(),
    frozenShare: v.number(),
    gam: tensor,
    fam: tensor,
    score: tensor,
    rank: v.number(),
    threshold: v.number(),
    kept: v.number(),
    margin: v.number(),
    mask: v.string(),
  }),
  v.transform(({ mask, ...entry }) => ({ ...entry, mask: flagsOf(mask, entry.score.data.length) })),
);
const finetune = v.object({
  source: v.string(),
  model: v.string(),
  train: v.string(),
  labels: v.array(v.string()),
  recipe,
  batchSize: v.number(),
  maxLength: v.number(),
  classifier: tensors,
  firstBatch: batch,
  runs: v.array(
    v.object({
      method: v.object({ id: v.string(), values: v.record(v.string(), v.union([v.string(), v.number()])) }),
      steps: v.array(step),
      deviation: v.object({ loss: v.number(), gradNorm: v.number() }),
    }),
  ),
});

const losses = { words: v.number(), next: v.number() };
const pretraining = v.object({
  source: v.string(),
  seed: v.number(),
  config: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  recipe,
  batches: v.array(v.object({ ...batch.entries, chosen: numbers, originals: numbers })),
  steps: v.array(v.object({ step: v.number(), learningRate: v.number(), gradNorm: v.number(), ...losses })),
  deviation: v.object({ gradNorm: v.number(), ...losses }),
  initial: tensors,
  gradients: tensors,
  final: tensors,
});

const mixedCase = v.object({
  classifierFactor: v.number(),
  steps: v.array(
    v.object({
      step: v.number(),
      loss: v.number(),
      gradNorm: v.number(),
      scale: v.number(),
      skipped: v.boolean(),
    }),
  ),
  lossDistance: v.number(),
  gradientDistance: v.number(),
  distance: v.number(),
  gradients: tensors,
  final: tensors,
});
const mixed = v.object({
  source: v.string(),
  clip: v.number(),
  cases: v.object({ plain: mixedCase, overflow: mixedCase }),
});

/**
 * A tensor of a fixture. data: the float64 run's values, rounded to f32. deviation: the largest distance at which
 * PyTorch's own f32 runs came out, 0 for an input.
 */
export type GoldenTensor = v.InferOutput<typeof tensor>;
/** Packed sequences: ids, types [tokens]; offsets [sequences + 1]; labels [sequences], or 0 and 1 [sequences, labels]. */
export type GoldenBatch = v.InferOutput<typeof batch>;
/**
 * A whole run of a small BERT: one batch a step. `initial` lacks a head that the run itself draws. `dropout` and a method's own draws come from the engine's generator
 * (threefry.py), keyed by `seed`; `draws` holds 0 or 1 a column for Mixout and DPS Mix, to be replayed by step and label; `zeroGradients` names parameters whose true gradient is 0, so that Adam moves them by
 * rounding alone; `gradients` are those of step 1, before any mask; `evalLogits` are of batch 0 and the final weights.
 */
export type GoldenFixture = v.InferOutput<typeof fixture>;
/** GAM and FAM of one matrix, and the score and selection they give. */
export type GoldenScoreCase = v.InferOutput<typeof scoreCase>;
/** Twenty steps on a real model and RTE in file order; `classifier` completes the checkpoint. */
export type GoldenFinetune = v.InferOutput<typeof finetune>;
/** A few steps of pre-training a small BERT, its masks given as data; as GoldenFixture otherwise. */
export type GoldenPretraining = v.InferOutput<typeof pretraining>;

/**
 * Runs from the weights and batches of "vanilla", the classifier's weight times a factor, that round to f16 where the engine does.
 * `distance`: of all weights together, but for those of zeroGradients, from the same run without rounding; `gradientDistance`: of
 * the gradients of step 1, where that is not skipped; `lossDistance`: of a step's loss at most.
 */
export type GoldenMixed = v.InferOutput<typeof mixed>;

function parse(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}.json`, import.meta.url), "utf8"));
}

/** Reads a run's fixture. */
export function readGolden(name: GoldenName): GoldenFixture {
  return v.parse(fixture, parse(name));
}

/** Reads the runs in mixed precision that mixed.py has written. */
export function readMixed(): GoldenMixed {
  return v.parse(mixed, parse("mixed"));
}

/** Reads the score fixtures. */
export function readScores(): readonly GoldenScoreCase[] {
  return v.parse(v.object({ cases: v.array(scoreCase) }), parse("scores")).cases;
}

/** Reads the fixture of finetune.py. */
export function readFinetune(): GoldenFinetune {
  return v.parse(finetune, parse("finetune"));
}

/** Reads the fixture of pretrain.py. */
export function readPretraining(): GoldenPretraining {
  return v.parse(pretraining, parse("pretrain"));
}
