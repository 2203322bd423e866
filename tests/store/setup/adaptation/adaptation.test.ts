import { describe, expect, it, vi } from "vitest";
import { adaptationText } from "../../../../src/analysis/adaptation.ts";
import type { AdaptationEvent } from "../../../../src/contract/pretraining.ts";
import { AppError } from "../../../../src/core/errors.ts";
import { createApp } from "../../../../src/store/app.ts";
import type { App } from "../../../../src/store/app.ts";
import { missingForRun } from "../../../../src/store/state.ts";
import type { Trainer } from "../../../../src/worker/client.ts";
import { lossesAt } from "../../fake-adaptation.ts";
import { createFakeTrainer } from "../../fake-trainer.ts";
import type { FakeOptions, FakeTrainer } from "../../fake-trainer.ts";

const text = { path: "letters.txt", file: new Blob(["It rains."]) };

async function opened(options: FakeOptions = {}): Promise<{ readonly app: App; readonly trainer: FakeTrainer }> {
  const trainer = createFakeTrainer(options);
  const app = createApp(trainer, { quietMs: 0 });
  await app.actions.connect();
  await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
  await app.actions.adaptation.loadTexts([text]);
  return { app, trainer };
}

const slice = (app: App) => app.store.getState().adaptation;
const model = (app: App) => app.store.getState().model.model;
const notices = (app: App) =>
  app.store
    .getState()
    .notices.items.filter(({ place }) => place === "adaptation")
    .map(({ message }) => message);
const start = (app: App) => app.actions.adaptation.start(app.store.getState().settings.adaptation);

describe("adapting the model", () => {
  it("asks what it would take, again after a setting changed, not for one that is wrong", async () => {
    const { app, trainer } = await opened();
    await vi.waitUntil(() => slice(app).plan !== null);
    app.actions.settings.setAdaptationValue("steps", 7);
    await vi.waitUntil(() => trainer.calls.includes("planAdaptation 7"));
    app.actions.settings.setAdaptationValue("steps", 0.5);
    expect(slice(app).plan).toBeNull();
    await app.actions.adaptation.loadTexts([]);
    expect(slice(app).texts).toBeNull();
    expect(trainer.calls.filter((call) => call.startsWith("planAdaptation"))).toHaveLength(2);
  });

  it("runs, tells of it, and the adapted model takes the place of the loaded one", async () => {
    const { app } = await opened();
    const revision = app.store.getState().model.revision;
    const running = start(app);
    expect(slice(app).status).toBe("starting");
    expect(missingForRun(app.store.getState())).toContain("The model is being adapted; wait for it, or stop it.");
    await running;
    expect(slice(app)).toMatchObject({ status: "idle", stepsDone: 40, stepsPlanned: 40, phase: null });
    expect(slice(app).evaluations.map(({ step }) => step)).toEqual([0, 8, 16, 24, 32, 40]);
    // 40 steps of 2,000 tokens in 25 ms each.
    expect(slice(app).tokensPerSecond).toBe(80_000);
    expect(model(app)?.adaptations.map(({ steps, files }) => [steps, files])).toEqual([[40, ["letters.txt"]]]);
    // The same vocabulary: nothing has to be tokenized again.
    expect(app.store.getState().model.revision).toBe(revision);
    await app.actions.adaptation.restore();
    expect(model(app)?.adaptations).toEqual([]);
    expect(slice(app).evaluations).toEqual([]);
  });

  it("bears events that come after the result, and drops those that come after the model was put back", async () => {
    const fake = createFakeTrainer();
    const held: AdaptationEvent[] = [];
    let deliver = (): void => undefined;
    const late: Trainer = {
      ...fake,
      adapt: (values, onEvents) => {
        deliver = () => onEvents(held);
        return fake.adapt(values, (events) => held.push(...events));
      },
    };
    const app = createApp(late, { quietMs: 0 });
    await app.actions.connect();
    await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
    await app.actions.adaptation.loadTexts([text]);
    await start(app);
    const measuredAt = () => slice(app).evaluations.map(({ step }) => step);
    expect(measuredAt()).toEqual([40]);
    deliver();
    expect(measuredAt()).toEqual([0, 8, 16, 24, 32, 40]);
    await app.actions.adaptation.restore();
    deliver();
    expect(measuredAt()).toEqual([]);
  });

  it("pauses, goes on, and stops with the steps that were done", async () => {
    const { app, trainer } = await opened({ pause: () => new Promise((resolve) => setTimeout(resolve, 2)) });
    app.actions.settings.setAdaptationValue("steps", 100_000);
    const running = start(app);
    await vi.waitUntil(() => slice(app).stepsDone > 0);
    await app.actions.adaptation.pause();
    expect(slice(app).status).toBe("paused");
    await app.actions.adaptation.resume();
    await app.actions.adaptation.stop();
    await running;
    expect(trainer.calls.slice(-3)).toEqual(["pause", "resume", "stop"]);
    const done = model(app)?.adaptations[0]?.steps ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(100_000);
    expect(slice(app)).toMatchObject({ status: "idle", stepsDone: done });
    expect(slice(app).evaluations.at(-1)?.step).toBe(done);
  });

  it("says what went wrong and leaves the model as it was", async () => {
    const { app } = await opened({ adaptationFails: new AppError("device-lost", "The GPU went away.") });
    await start(app);
    expect(notices(app)).toEqual(["The GPU went away."]);
    expect(slice(app).status).toBe("idle");
    expect(model(app)?.adaptations).toEqual([]);
  });

  it("keeps the text that was there when another cannot be read", async () => {
    const { app } = await opened();
    await app.actions.adaptation.loadTexts([{ path: "empty.txt", file: new Blob([]) }]);
    expect(notices(app)).toEqual(["There is no word in the text."]);
    expect(slice(app)).toMatchObject({ reading: false, phase: null, texts: { files: ["letters.txt"] } });
  });

  it("takes the adapted model along", async () => {
    const { app } = await opened();
    await start(app);
    const saved: Blob[] = [];
    await app.actions.adaptation.take((zip) => saved.push(zip));
    expect(saved).toHaveLength(1);
    expect(slice(app).packing).toBe(false);
  });

  it("after a fresh start the weights are gone: it says so and does not run", async () => {
    const { app, trainer } = await opened();
    await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
    await start(app);
    await app.actions.startAgain();
    expect(
      app.store
        .getState()
        .notices.items.map(({ message }) => message)
        .join(),
    ).toMatch(/adapted weights went with/);
    expect(model(app)?.adaptations).toEqual([]);
    expect(trainer.calls).not.toContain("start");
    expect(slice(app).texts?.files).toEqual(["letters.txt"]);
  });
});

describe("an adaptation in words", () => {
  const ofWords = (perplexity: number) => ({ ...lossesAt(0, 1), words: { loss: Math.log(perplexity), accuracy: 0 } });
  const record = { values: {}, tokens: 1, before: ofWords(45), after: ofWords(24.12) };
  it.each([
    [["a.txt"], 40, "adapted to a.txt, 40 steps, held-out perplexity 45 → 24.12"],
    [["a.txt", "b.txt"], 1, "adapted to a.txt and 1 more, 1 step, held-out perplexity 45 → 24.12"],
  ])("%s", (files, steps, wanted) => {
    expect(adaptationText({ ...record, files, steps })).toBe(wanted);
  });
});
