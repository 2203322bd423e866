import { beforeAll, describe, expect, test } from "vitest";
import type { ExperimentPlan } from "../../src/contract/run.ts";
import { Workspace } from "../../src/experiment/workspace.ts";
import { tinyFolder } from "../models/tiny-folder.ts";
import { refusalOf, tinyLength, tinyWorkspace } from "./refusal.ts";

let workspace: Workspace;
beforeAll(async () => {
  workspace = await tinyWorkspace();
});

const training = { maxLength: tinyLength };
const vanilla = { id: "vanilla", values: {} };
const dense = (values: object) => ({ methods: [{ id: "dps-dense", values: { ...values } }] });
const trained = (values: object) => ({ training: { ...training, ...values } });

/** Refused before anything is asked of a GPU. */
async function refusalOfPlan(changes: object): Promise<{ code: string; message: string }> {
  const plan: ExperimentPlan = { methods: [vanilla], seeds: [1], training, grid: [], order: "sequential", ...changes };
  const { code, message } = await refusalOf(workspace.experiment(plan));
  return { code, message };
}

test("the plan that the others change is sound", async () => {
  expect((await refusalOfPlan({})).code).toBe("no-webgpu");
});

describe.each([
  [
    "methods",
    [
      ["none", { methods: [] }, /No method was chosen; choose at least one/],
      ["an unknown one", { methods: [{ id: "magic", values: {} }] }, /no method "magic"; known are vanilla, dps-/],
      ["one twice", { methods: [vanilla, vanilla] }, /"vanilla" was chosen twice/],
      ["an unknown setting", dense({ frozenshare: 0.1 }), /no setting "frozenshare" here; known are frozenShare/],
      ["p of 1", dense({ frozenShare: 1 }), /Trained share is 0 \(frozenShare 1\); it must be above 0 and at most 1/],
      ["p below 0", dense({ frozenShare: -0.1 }), /is 1\.1 \(frozenShare -0\.1\); it must be above 0/],
      ["p that is not a number", dense({ frozenShare: Number.NaN }), / is NaN; it must be a number/],
      ["p as text", dense({ frozenShare: "0.5" }), / is "0\.5"; it must be a number/],
      ["an update ratio of 0", dense({ updateRatio: 0 }), /Update ratio is 0; it must be above 0 and at most 0\.5/],
      ["an update ratio of 1", dense({ updateRatio: 1 }), /Update ratio is 1; it must be above 0 and at most 0\.5/],
      ["a word that is none", dense({ frozenWeights: "maybe" }), /"maybe"; it must be one of masked-gradient, strict/],
      ["dropout of 1", dense({ dropout: 1 }), /is 1; it must be at least 0 and below 1/],
    ],
  ],
  [
    "seeds",
    [
      ["none", { seeds: [] }, /Give at least one seed/],
      ["one twice", { seeds: [1, 2, 1] }, /Seed 1 is given twice/],
      ["a negative one", { seeds: [-1] }, /-1 is not a seed; give whole numbers from 0/],
      ["half a one", { seeds: [0.5] }, /0\.5 is not a seed/],
      ["one too large", { seeds: [2 ** 32] }, /4294967296 is too large; seeds go up to 4294967295/],
      ["a hundred and one", { seeds: Array.from({ length: 101 }, (_, seed) => seed) }, /more than 100 seeds/],
    ],
  ],
  [
    "training",
    [
      ["no batch", trained({ batchSize: 0 }), /Batch size is 0; it must be at least 1/],
      ["a batch beyond bounds", trained({ batchSize: 1e9 }), /Batch size is 1000000000; .* at most 1024/],
      ["a negative learning rate", trained({ learningRate: -1 }), /Learning rate is -1; it must be at least 0/],
      [
        "an infinite learning rate",
        trained({ learningRate: Infinity }),
        /Learning rate is Infinity; it must be a number/,
      ],
      ["no epoch", trained({ epochs: 0 }), /Epochs is 0; it must be above 0/],
      ["half a step", trained({ steps: 0.5 }), /Steps is 0\.5; it must be a whole number/],
      ["no clip", trained({ clip: 0 }), /Gradient clip is 0; it must be above 0/],
      ["a length beyond the model", trained({ maxLength: 512 }), /512 tokens, but this model has 32 positions\. Use/],
      ["an order that is none", trained({ order: "backwards" }), /"backwards"; it must be one of shuffled, file/],
    ],
  ],
] as const)("%s", (_, cases) => {
  test.each<readonly [string, object, RegExp]>(cases)("%s", async (_name, changes, message) => {
    const refusal = await refusalOfPlan(changes);
    expect(refusal.message).toMatch(message);
    expect(refusal.code).toBe("bad-settings");
  });
});

test("a run that would not end is refused at once, with what may be asked", async () => {
  const started = performance.now();
  const refusal = await refusalOfPlan(trained({ steps: 10_000_000, batchSize: 16 }));
  expect(refusal.code).toBe("too-large");
  expect(refusal.message).toMatch(
    /10000000 steps over 16 rows visit 160000000 rows .* at most 20000000 .* 1250000 steps/,
  );
  expect(performance.now() - started).toBeLessThan(5000);
});

describe("what was not given is asked for", () => {
  const plan: ExperimentPlan = { methods: [vanilla], seeds: [1], training, grid: [], order: "sequential" };
  test("a model", async () => {
    const empty = new Workspace(undefined);
    expect((await refusalOf(empty.experiment(plan))).message).toMatch(/No model was given; give a Hugging Face folder/);
  });

  test("a training file, and what it holds", async () => {
    const fresh = new Workspace(undefined);
    await fresh.loadModel(tinyFolder());
    expect((await refusalOf(fresh.experiment(plan))).message).toMatch(/No data are ready; give a training file/);
    const choice = { task: null, trainMapping: null, devMapping: null, devShare: 0.2, splitSeed: 1, sample: null };
    const refusal = await refusalOf(fresh.prepareData(choice, tinyLength));
    expect(refusal.message).toMatch(/No training file was given; give one/);
  });
});
