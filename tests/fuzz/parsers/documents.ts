import { packText } from "../../../src/contract/links/packed-text.ts";
import { linkStart } from "../../../src/contract/links/link-start.ts";
import { readSetupLink } from "../../../src/contract/links/setup-link.ts";
import { readPlanFile, writePlanFile } from "../../../src/contract/plan-file.ts";
import { readResult } from "../../../src/analysis/result-file.ts";
import { catalog } from "../../../src/experiment/catalog.ts";
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
const result: unknown = await createFakeTrainer().start(
  { methods, seeds: [1, 2], training: { epochs: 1 }, grid: [], order: "sequential" },
  () => undefined,
);

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
    make: (chance) => (chance.hit(0.9) ? json(mutatedJson(chance, result)) : mutatedBytes(chance, [json(result)])),
    parse: (input) => readResult(decode(input), "result.json"),
  },
];
