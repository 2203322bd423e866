import { afterEach, describe, expect, it, vi } from "vitest";
import { readSetupLink, writeSetupLink, type LinkedSetup } from "../../src/contract/links/setup-link.ts";
import { createApp, type App } from "../../src/store/app.ts";
import { missingForRun } from "../../src/store/state.ts";
import { planOf } from "../../src/store/setup/plan.ts";
import { fakeCatalog } from "./fake-catalog.ts";
import { createFakeTrainer, type FakeOptions, type FakeTrainer } from "./fake-trainer.ts";
import { messages, serve, shippedFiles } from "./shipped-files.ts";

async function bench(options: FakeOptions = {}): Promise<{ readonly app: App; readonly trainer: FakeTrainer }> {
  const trainer = createFakeTrainer(options);
  const urls = { modelsUrl: "https://page.test/models/", samplesUrl: "https://page.test/tasks/" };
  const app = createApp(trainer, { quietMs: 0, ...urls });
  await app.actions.connect();
  return { app, trainer };
}

const plan = {
  methods: [{ id: "one", values: { dropout: 0.1 } }],
  seeds: [3, 4],
  training: { epochs: 2 },
  grid: [],
  order: "interleaved" as const,
};
const setup: LinkedSetup = {
  name: "From afar",
  plan,
  rows: { devShare: 0.2, splitSeed: 9, sampleCount: 100, sampleSeed: 5 },
  model: { kind: "bundled", id: "small" },
  data: { kind: "sample", id: "sentiment" },
};

afterEach(() => vi.unstubAllGlobals());

describe("a link to a set-up", () => {
  it("sets plan and rows, loads what ships with the page, and runs nothing", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    await app.actions.link.open(writeSetupLink(setup));
    const { settings, model, data, experiment, link } = app.store.getState();
    expect(messages(app)).toEqual([]);
    expect(planOf(settings, fakeCatalog).plan).toMatchObject({ seeds: [3, 4], order: "interleaved" });
    expect(settings).toMatchObject({ planName: "From afar", devShare: 0.2, splitSeed: 9, sampleCount: 100, sampleSeed: 5 }); // prettier-ignore
    expect([model.model?.source, data.trainSource, data.devSource]).toEqual([setup.model, setup.data, setup.data]);
    expect([experiment.status, link.setup, link.opening]).toEqual(["idle", setup, false]);
    await vi.waitFor(() => expect(missingForRun(app.store.getState())).toEqual([]));
    await app.actions.run();
    expect(app.store.getState().experiment.config?.plan).toMatchObject({ seeds: [3, 4] });
  });

  it("gives a person's own settings back, of two links in a row too", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    app.actions.settings.setSeeds("7");
    const before = app.store.getState().settings;
    await app.actions.link.open(writeSetupLink(setup));
    await app.actions.link.open(writeSetupLink({ ...setup, plan: { ...plan, seeds: [1] } }));
    expect(app.store.getState().settings.seedsText).toBe("1");
    app.actions.link.restoreSettings();
    expect(app.store.getState().settings).toEqual(before);
    expect(app.store.getState().link).toMatchObject({ setup: null, before: null });
  });

  it("names what the Hub has, and asks it for nothing", async () => {
    const asked = serve(await shippedFiles());
    const { app, trainer } = await bench();
    const before = [...trainer.calls];
    asked.length = 0;
    const [task] = fakeCatalog.tasks.filter(({ hub }) => hub !== null);
    const dev = task?.hub?.dev[0].path ?? "";
    const model = { kind: "hub", id: "org/model", revision: "v1" } as const;
    const data = { kind: "hub", task: task?.id ?? "", dev } as const;
    await app.actions.link.open(writeSetupLink({ ...setup, model, data }));
    const { hub, view } = app.store.getState();
    expect([hub.modelId, hub.revision, hub.task, hub.devPath]).toEqual(["org/model", "v1", data.task, dev]);
    expect([hub.download, view.modelOrigin, view.dataOrigin, asked]).toEqual([null, "hub", "hub", []]);
    expect(trainer.calls.filter((call) => !before.includes(call) && /download|load/i.test(call))).toEqual([]);
  });

  it("that is broken leaves everything as it was", async () => {
    const { app } = await bench();
    const before = app.store.getState().settings;
    await app.actions.link.open("#plan=abc");
    expect(messages(app)).toEqual([expect.stringMatching(/^link: The link is damaged/)]);
    expect(app.store.getState().settings).toBe(before);
    expect(app.store.getState().link.setup).toBeNull();
  });

  it("of a model that this copy lacks says so", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    await app.actions.link.open(writeSetupLink({ ...setup, model: { kind: "bundled", id: "gone" } }));
    expect(messages(app).sort()).toEqual([
      "link: The model or the task could not be loaded: see the message in its step.",
      "model: This copy of the page ships without the model gone.",
    ]);
  });

  it("waits until another has been opened", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    const first = app.actions.link.open(writeSetupLink(setup));
    expect(missingForRun(app.store.getState())).toContain("A link is being opened.");
    await app.actions.link.open(writeSetupLink({ ...setup, plan: { ...plan, seeds: [1] } }));
    expect(messages(app)).toEqual([expect.stringMatching(/^link: The link was not opened: another one is being/)]);
    await first;
    expect(app.store.getState().settings.seedsText).toBe("3, 4");
  });

  it("waits until a run has ended", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    await app.actions.link.open(writeSetupLink(setup));
    await vi.waitFor(() => expect(missingForRun(app.store.getState())).toEqual([]));
    const running = app.actions.run();
    await app.actions.link.open(writeSetupLink({ ...setup, plan: { ...plan, seeds: [1] } }));
    expect(messages(app)).toEqual([expect.stringMatching(/^link: The link was not opened: a run is going on/)]);
    expect(app.store.getState().settings.seedsText).toBe("3, 4");
    await running;
  });
});

describe("making a link", () => {
  it("of the settings: plan, rows, and the names of what anybody has", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    await app.actions.link.open(writeSetupLink(setup));
    const link = await app.actions.link.ofSettings();
    const read = readSetupLink(link ?? "", fakeCatalog);
    expect(read).toMatchObject({ name: "From afar", rows: setup.rows, model: setup.model, data: setup.data });
    expect(read.plan).toMatchObject({ seeds: [3, 4], order: "interleaved" });
    await app.actions.model.load([{ path: "mine/config.json", file: new Blob(["{}"]) }]);
    await app.actions.data.load("dev", [{ path: "mine.tsv", file: new Blob(["x"]) }]);
    const own = readSetupLink((await app.actions.link.ofSettings()) ?? "", fakeCatalog);
    expect([own.model, own.data]).toEqual([null, null]);
  });

  it("of the result on show: as it was run, whatever was set since", async () => {
    serve(await shippedFiles());
    const { app } = await bench();
    await app.actions.link.open(writeSetupLink(setup));
    await vi.waitFor(() => expect(missingForRun(app.store.getState())).toEqual([]));
    await app.actions.run();
    app.actions.settings.setSeeds("8");
    const read = readSetupLink((await app.actions.link.ofResult()) ?? "", fakeCatalog);
    expect([read.plan.seeds, read.model]).toEqual([[3, 4], setup.model]);
  });

  it("of no plan and no result says what is missing", async () => {
    const { app } = await bench();
    app.actions.settings.setSeeds("");
    expect([await app.actions.link.ofSettings(), await app.actions.link.ofResult()]).toEqual([null, null]);
    expect(messages(app)).toEqual([
      expect.stringMatching(/^plan: There is no plan to share yet\. Give at least one/),
      "result: There is no result to share yet.",
    ]);
  });
});
