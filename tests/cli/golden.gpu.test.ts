import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runDps } from "../../src/cli/program.ts";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { shipped, writeFinetuneModel } from "../golden/model-folder.ts";
import { readFinetune } from "../golden/read.ts";
import { recordingTerminal } from "./recording-terminal.ts";

const fixture = readFinetune();

/** Largest distance of a loss from PyTorch's, relative. */
const bound = 1e-4;

describe("twenty steps of the model that ships on a task that ships, in file order without dropout", () => {
  const folder = mkdtempSync(join(tmpdir(), "dps-golden-"));
  let result: ExperimentResult | null = null;

  beforeAll(async () => {
    writeFinetuneModel(fixture, join(folder, "model"));
    const { recipe, batchSize, maxLength, runs } = fixture;
    const output = join(folder, "result.json");
    const settings = {
      model: join(folder, "model"),
      train: shipped(fixture.train),
      methods: runs.map(({ method }) => method.id).join(","),
      steps: recipe.maxSteps,
      "batch-size": batchSize,
      "max-length": maxLength,
      "learning-rate": recipe.learningRate,
      "weight-decay": recipe.weightDecay,
      "warmup-ratio": recipe.warmupRatio,
      clip: recipe.clip,
      order: "file",
      dropout: 0,
      "dev-limit": 16,
      // A split would take rows of the batches away: dev is the train file itself, and its scores are not looked at.
      dev: shipped(fixture.train),
      output,
    };
    const argv = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const terminal = recordingTerminal();
    const code = await runDps(["finetune", ...argv], terminal);
    if (code !== 0) throw new Error(`Exit code ${code}: ${terminal.errors.join("; ")}`);
    result = JSON.parse(readFileSync(output, "utf8"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(fixture.runs.map((run) => [run.method.id, run] as const))("%s has PyTorch's losses", (id, wanted) => {
    const run = result?.runs.find(({ method }) => method === id);
    expect(run?.values).toMatchObject(wanted.method.values);
    expect(run?.steps.map(({ step, stage, tokens }) => ({ step, stage, tokens }))).toEqual(
      wanted.steps.map(({ step, stage, tokens }) => ({ step, stage: id === "vanilla" ? 0 : stage, tokens })),
    );
    for (const [index, { step, loss, learningRate }] of wanted.steps.entries()) {
      const got = run?.steps[index];
      const error = Math.abs((got?.loss ?? Number.NaN) - loss) / loss;
      if (!(error <= bound)) throw new Error(`Step ${step}: loss ${got?.loss}, PyTorch has ${loss}.`);
      expect(got?.learningRate).toBeCloseTo(learningRate, 12);
    }
  });
});
