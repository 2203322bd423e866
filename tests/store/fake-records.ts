import type {
  DataRecord,
  DeviceRecord,
  EvaluationRecord,
  KernelChoice,
  ModelRecord,
  SelectionRecord,
  StepRecord,
  TableRecord,
  TransferRecord,
} from "../../src/contract/run.ts";
import { encodingName, type ReadingChoice } from "../../src/contract/reading.ts";
import { drawNormal, drawUniform } from "../../src/core/rng.ts";
import type { DataChoice, TableRole } from "../../src/worker/api.ts";

/** The adapter of the fake. */
export const device: DeviceRecord = {
  vendor: "fake",
  architecture: "pages",
  description: "Fake adapter for looking at the page",
  software: true,
  features: [],
  maxBufferBytes: 2 ** 31,
  maxBindingBytes: 2 ** 31,
};

/** What the fake says it computes with. */
export const choice: KernelChoice = { "attention 2x64": "blocks", "matmul nt 128x128": "block8x8" };

/** The model every folder turns out to be. */
export const model: ModelRecord = {
  name: "bert_uncased_L-2_H-128_A-2",
  source: { kind: "file" },
  family: "bert",
  parameterCount: 4_385_920,
  hiddenSize: 128,
  layerCount: 4,
  headCount: 2,
  vocabularySize: 30_522,
  maxPositions: 512,
  lowercase: true,
  skippedTensors: ["cls.predictions.bias", "cls.seq_relationship.weight"],
  reading: ["pytorch_model.bin", 'under "state_dict"', "float32", 'prefix "model." taken off', "no head", "vocab.txt"],
  notes: ["Its file has 2 more layers than the 4 that config.json asks for."],
  adaptations: [],
};

/** The classes of the fake task. */
export const labels = ["entailment", "not_entailment"];
const kinds = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense"]; // prettier-ignore

/** A table as the engine would describe it. */
export function tableOf(
  role: TableRole,
  name: string,
  unclear: boolean,
  { encoding, header = true }: Partial<ReadingChoice> = {},
): TableRecord {
  const rowCount = role === "train" ? 2490 : 277;
  return {
    name,
    reading: [
      { stage: "encoding", found: encodingName(encoding ?? "utf-8"), assumed: null },
      { stage: "separator", found: "tab", assumed: null },
      { stage: "quotes", found: "quoted", assumed: "Cells are in quotes, and quotes inside them are doubled." },
      { stage: "header", found: header === false ? "no header" : "header", assumed: null },
    ],
    header: header === false ? null : ["index", "sentence1", "sentence2", "label"],
    columnCount: 4,
    rowCount,
    preview: [
      ["0", "The council met on Tuesday to discuss the new bridge, which will cost 4 million.", "A bridge is planned.", "entailment"], // prettier-ignore
      ["1", "Rain is expected over the weekend in the north of the country.", "It will snow on Sunday.", "not_entailment"], // prettier-ignore
      ["2", "The library reopened after two years of repairs.", "The library had been closed.", "entailment"],
    ],
    skipped: role === "train" ? [{ line: 17, reason: "3 columns where 4 were expected" }] : [],
    skippedCount: role === "train" ? 1 : 0,
    task: unclear ? null : "pairs",
    mapping: unclear ? null : { first: 1, second: 2, label: 3 },
  };
}

function bell(centre: number, width: number, total: number): number[] {
  const weights = Array.from({ length: 16 }, (_, bin) => Math.exp(-(((bin - centre) / width) ** 2)));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.round((weight / sum) * total));
}

/** Both splits, counted. */
export function dataOf(choice: DataChoice, devGiven: boolean, transfers: ReadonlyMap<string, string>): DataRecord {
  const whole = devGiven ? 2490 : Math.round(2490 * (1 - choice.devShare));
  const train = choice.sample?.count ?? whole;
  const dev = devGiven ? 277 : 2490 - whole;
  const split = (count: number) => ({
    count,
    labelCounts: [Math.ceil(count / 2), Math.floor(count / 2)],
    range: null,
    lengthBins: bell(6, 3, count),
    withoutLabels: 0,
    truncatedCount: Math.round(count / 50),
    skipped: [],
    skippedCount: 0,
  });
  return {
    task: choice.task ?? "pairs",
    labels,
    train: split(train),
    dev: split(dev),
    devFromTrain: !devGiven,
    transfers: transfersOf(transfers),
    sample: choice.sample === null ? null : { ...choice.sample, of: whole },
    warnings: [],
  };
}

/** Bytes of the method with this index. */
export function memoryOf(index: number): Record<string, number> {
  const mib = 2 ** 20;
  const method = [0, 17, 33][index % 3] ?? 0;
  return { weights: 17 * mib, gradients: 17 * mib, moments: 34 * mib, method: method * mib, activations: 42 * mib, inputs: mib };
} // prettier-ignore

/** How good a method is here: made up, so that pictures have something to show. */
const character = [
  { floor: 0.34, score: 0.66, noise: 0.035 },
  { floor: 0.28, score: 0.7, noise: 0.024 },
  { floor: 0.4, score: 0.715, noise: 0.014 },
];

/** A step that depends on method, seed and step alone. */
export function stepOf(index: number, seed: number, step: number, count: number, staged: boolean): StepRecord {
  const one = character[index % character.length] ?? { floor: 0.3, score: 0.7, noise: 0.02 };
  const share = step / count;
  const loss = one.floor + (0.7 - one.floor) * Math.exp(-3 * share) + 0.06 * drawNormal(seed, `loss${index}`, step, 0);
  const warmup = Math.ceil(count * 0.1);
  const factor = step - 1 < warmup ? (step - 1) / warmup : (count - step + 1) / (count - warmup);
  const stageLength = Math.max(1, Math.floor(count / 10));
  return {
    step,
    loss: Math.max(0.02, loss),
    gradNorm: Math.exp(0.8 + 0.5 * drawNormal(seed, `norm${index}`, step, 1) - share),
    learningRate: 2e-5 * factor,
    stage: staged ? (Math.ceil(step / stageLength) % 2 === 1 ? 1 : 2) : 0,
    tokens: 700 + Math.floor(200 * drawUniform(seed, "tokens", step, 0)),
  };
}

/** Sets of other sources, from their file names by name; every second has three labels, which are mapped to two. */
export function transfersOf(files: ReadonlyMap<string, string>): TransferRecord[] {
  return [...files].map(([name, path], index) => ({
    name,
    source: { kind: "file", name: path },
    rowCount: 1000 + 277 * index,
    labels,
    mapping: index % 2 === 0 ? null : "neutral and contradiction count as not_entailment.",
  }));
}

/** A look at the dev set; `handicap`: what its setting costs a run; `far`: sets of other sources that are looked at too. */
export function evaluationOf(
  index: number,
  seed: number,
  step: number,
  count: number,
  handicap: number,
  far: readonly string[],
): EvaluationRecord {
  const one = character[index % character.length] ?? { floor: 0.3, score: 0.7, noise: 0.02 };
  const share = step / count;
  const luck = one.noise * drawNormal(seed, `score${index}`, step, 0);
  const accuracy = 0.53 + (one.score - handicap - 0.53) * (1 - Math.exp(-3 * share)) + luck;
  const away = far.flatMap((name, at) => {
    const score = accuracy - 0.04 * (at + 1) + 0.01 * drawNormal(seed, name, step, index);
    return [[`accuracy@${name}`, score] as const, [`f1@${name}`, score - 0.02] as const];
  });
  return {
    step,
    epoch: share * 3,
    loss: 0.7 - 0.1 * share,
    scores: { accuracy, f1: accuracy - 0.02, ...Object.fromEntries(away) },
    predictedClasses: labels.length,
  };
}

/** A selection over every matrix of the model. */
export function selectionOf(index: number, seed: number, step: number, cycle: number): SelectionRecord {
  const names = Array.from({ length: model.layerCount }, (_, layer) =>
    kinds.map((kind) => ({ name: `bert.encoder.layer.${layer}.${kind}.weight`, layer })),
  ).flat();
  const heads = ["bert.pooler.dense.weight", "classifier.weight"].map((name) => ({ name, layer: null }));
  const matrices = [...names, ...heads].map((matrix, at) => {
    const size = 16_384 * (at % 6 > 3 ? 4 : 1);
    const drift = 0.45 + 0.35 * (1 - Math.exp(-cycle / 2)) + 0.06 * drawNormal(seed, `overlap${index}`, cycle, at);
    return {
      ...matrix,
      size,
      kept: Math.ceil(size * 0.7) + (at % 5),
      threshold: 1e-7 * Math.exp(drawNormal(seed, "threshold", cycle, at)),
      overlap: cycle === 0 ? null : Math.min(1, drift),
    };
  });
  return { step, cycle, matrices };
}
