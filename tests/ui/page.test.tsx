import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { createApp } from "../../src/store/app.ts";
import type { App as AppModel } from "../../src/store/app.ts";
import { ModelPanel } from "../../src/ui/setup/model/ModelPanel.tsx";
import { TrainingPanel } from "../../src/ui/setup/experiment/TrainingPanel.tsx";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import type { FakeOptions } from "../store/fake-trainer.ts";
import { words } from "./page-words.tsx";

async function connected(options: FakeOptions = {}): Promise<AppModel> {
  const app = createApp(createFakeTrainer(options), { quietMs: 0 });
  await app.actions.connect();
  return app;
}

async function run(options: FakeOptions, seeds: string): Promise<AppModel> {
  const app = await connected(options);
  await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
  await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
  await vi.waitFor(() => expect(app.store.getState().data.prepared).not.toBeNull());
  app.actions.settings.setSeeds(seeds);
  await app.actions.run();
  return app;
}

describe("the page in words", () => {
  it("draws every method of the catalog, with rule, fields and source", async () => {
    const app = await connected();
    app.actions.view.change({ openSteps: ["methods"] });
    const text = words(app);
    for (const part of [
      "Vanilla",
      "DPS Dense",
      "g ← g ⊙ M",
      "Update ratio",
      "Rank and ≥ as in the published code",
      "Section 3",
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain("Before you can run: Load a model.");
  });

  it("advises a learning rate that suits the model, and takes it where a person chose none", async () => {
    const app = await connected();
    expect(words(app, <TrainingPanel />)).not.toContain("suits a model of this size");
    await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
    expect(words(app, <TrainingPanel />)).toContain("6e-4 suits a model of this size and is used.");
    app.actions.settings.setTrainingValue("learningRate", 2e-5);
    expect(words(app, <TrainingPanel />)).toContain("6e-4 suits a model of this size: use it");
    app.actions.settings.setTrainingValue("learningRate", null);
    expect(words(app, <TrainingPanel />)).toContain("6e-4 suits a model of this size and is used.");
  });

  it("shows the answer, warns of few seeds, and says what the loss is of", async () => {
    const text = words(await run({}, "1-2"));
    expect(text).toContain("Accuracy, best");
    expect(text).toContain("Only 2 seeds so far for some method");
    expect(text).toContain("DPS Mix: The loss shown is that of the mixed weights");
    expect(text).toContain("Is it still moving?");
    expect(words(await run({}, "1-5"))).not.toContain("may be luck");
  });

  it("offers the trained models, and says what onnxruntime-web found and answered", async () => {
    const app = await run({ disagreeing: "one" }, "1");
    const exports = (): string => words(app).split("Trained models Try it")[1] ?? "";
    expect(exports()).toContain("Not kept: DPS Mix, seed 1. Its weights take 438 MB");
    for (const method of ["plain", "one"]) await app.actions.exports.make(`${method}-seed1`, () => undefined);
    await app.actions.exports.ask("It rains.", "It is wet.");
    expect(exports()).toContain("✓ ONNX agrees: same prediction on");
    expect(exports()).toContain("ONNX does not agree:");
    expect(exports()).toMatch(/“It rains\.”.*“It is wet\.”.*entailment 62 % .*entailment 82 %/);
  });

  it("compares seed by seed, and shows which dev rows a method wins with their texts", async () => {
    const app = await run({}, "1-5");
    const text = words(app);
    expect(text).toContain("Accuracy against Vanilla, seed by seed");
    expect(text).toMatch(/Over 5 seeds DPS Dense is \d+\.\d points (above|below) Vanilla, 95 % interval/);
    expect(text).toContain("under six seeds it cannot come below 0.05");
    const cases = (): string => words(app).split("Easy and hard examples")[1] ?? "";
    expect(cases()).toMatch(/What DPS (Dense|Mix) wins over Vanilla \d+ rows/);
    expect(cases()).toMatch(/A bridge is planned\. Line \d+: (not_)?entailment Vanilla [012] of 5 right/);
    await app.actions.cases.show({ kind: "all" }, 2);
    expect(cases()).toContain("3 of 28");
  });

  it("puts a run's error in its row and offers a fresh start for a lost device", async () => {
    const error = new AppError("device-lost", "The GPU went away: driver reset.");
    const text = words(await run({ failing: { run: 0, error, whole: true } }, "1"));
    expect(text).toContain("The GPU went away: driver reset.");
    expect(text).toContain("Start again on a fresh device");
  });

  it("offers to adapt the model, says what that takes, and what it did wherever the model is named", async () => {
    const app = await connected();
    expect(words(app, <ModelPanel />)).not.toContain("Adapt the model to your text first");
    await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
    await app.actions.adaptation.loadTexts([{ path: "letters.txt", file: new Blob(["It rains."]) }]);
    await vi.waitFor(() => expect(words(app, <ModelPanel />)).toContain("GPU memory 212 MiB"));
    expect(words(app, <ModelPanel />)).toContain("letters.txt 1,234 documents, 204,800 tokens");
    expect(words(app, <ModelPanel />)).toContain("no head for masked words");
    await app.actions.adaptation.start(app.store.getState().settings.adaptation);
    expect(words(app, <ModelPanel />)).toMatch(
      /Held-out perplexity before 45\.15 after [\d.]+ 40 steps on letters\.txt/,
    );
    await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
    await vi.waitFor(() => expect(app.store.getState().data.prepared).not.toBeNull());
    app.actions.settings.setSeeds("1");
    await app.actions.run();
    expect(words(app)).toMatch(/A-2, adapted to letters\.txt, 40 steps, held-out perplexity 45\.15 → [\d.]+ ·/);
  });

  it("names a model's family, and says of one that cannot be adapted that it is not", async () => {
    const app = await connected({ family: "distilbert" });
    await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
    expect(words(app, <ModelPanel />)).toContain(
      "A DistilBERT cannot be adapted to a text first: it is fine-tuned as it is.",
    );
    expect(words(app, <ModelPanel />)).not.toContain("Adapt the model to your text first");
  });

  it("says what does not fit, by method", async () => {
    const app = await run({ tooLarge: true }, "1");
    await vi.waitFor(() => expect(app.store.getState().estimates.items).toHaveLength(3));
    expect(words(app)).toContain("This needs 9.1 GiB");
  });

  it("says in plain words that there is no WebGPU", async () => {
    vi.stubGlobal("navigator", { userAgent: "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36" });
    const text = words(await connected({ webgpu: false }));
    vi.unstubAllGlobals();
    expect(text).toContain("This browser offers no WebGPU");
    expect(text).toContain("enable-unsafe-webgpu");
    expect(text).toContain("Look at a recorded run");
  });
});
