import { packText } from "../../../src/contract/links/packed-text.ts";
import { linkStart } from "../../../src/contract/links/link-start.ts";
import { readSetupLink } from "../../../src/contract/links/setup-link.ts";
import { readPlanFile, writePlanFile } from "../../../src/contract/plan-file.ts";
import { readResult } from "../../../src/analysis/result-file.ts";
import { catalog } from "../../../src/experiment/catalog.ts";
import type { Chance } from "../chance.ts";
import type { FuzzedParser } from "../fuzzing.ts";
import { mutatedBytes, mutatedJson, type Bytes } from "../mutations.ts";
import { createFakeTrainer } from "../../store/fake-trainer.ts";

const encode = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));
const decode = (bytes: Bytes): string => new TextDecoder().decode(bytes);
const json = (value: unknown): Bytes => encode(JSON.stringify(value) ?? "");

const known = catalog();
const plan = {
  methods: [
    { id: "vanilla", values: {} },
    { id: "dps-dense", values: { frozenShare: 0.4 } },
  ],
  seeds: [1, 2, 5],
  training: { epochs: 2 },
  grid: [{ field: "learningRate", values: [1e-4, 5e-4] }],
  order: "interleaved" as const,
};
const planFile: unknown = JSON.parse(writePlanFile({ name: "Frozen shares", plan }));
const setup = {
  version: 1,
  plan: planFile,
  rows: { devShare: 0.1, splitSeed: 3, sampleCount: 500, sampleSeed: 1 },
  model: { kind: "hub", id: "google/bert_uncased_L-2_H-128_A-2", revision: "main" },
  data: { kind: "sample", id: "sentiment" },
};
const methods = ["plain", "two"].map((id) => ({ id, values: { dropout: 0.1, note: null } }));
const results: readonly unknown[] = await Promise.all(
  [[1, 2], [1]].map((seeds) =>
    createFakeTrainer().start(
      { methods, seeds, training: { epochs: 1 }, grid: [], order: "sequential" },
      () => undefined,
    ),
  ),
);
const smallResults = results.map((result) => small(result));
/** The small one mostly: with two seeds, intervals are drawn at each reading. */
const pickedResult = (chance: Chance): unknown => smallResults[Number(!chance.hit(0.05))];

/** With the first of each run's steps and selected matrices. */
function small(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) {
    const most = key === "steps" || key === "selections" || key === "matrices" ? 2 : value.length;
    return value.slice(0, most).map((one) => small(one));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, small(inner, name)]));
}

export const documentParsers: readonly FuzzedParser[] = [
  {
    name: "links",
    make: (chance) =>
      chance.hit(0.7)
        ? encode(packText(JSON.stringify(mutatedJson(chance, setup)) ?? ""))
        : mutatedBytes(chance, [encode(packText(JSON.stringify(setup)))]),
    parse: (input) => readSetupLink(linkStart + decode(input), known),
  },
  {
    name: "plan.json",
    make: (chance) => (chance.hit(0.8) ? json(mutatedJson(chance, planFile)) : mutatedBytes(chance, [json(planFile)])),
    parse: (input) => readPlanFile(decode(input), "plan.json", known),
  },
  {
    name: "result.json",
    make: (chance) =>
      chance.hit(0.9)
        ? json(mutatedJson(chance, pickedResult(chance)))
        : mutatedBytes(chance, [json(pickedResult(chance))]),
    parse: (input) => readResult(decode(input), "result.json"),
  },
];
