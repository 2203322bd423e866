import { expect, it, vi } from "vitest";
import { writeResult } from "../../src/analysis/result-text.ts";
import { EnginePanel } from "../../src/ui/setup/engine/EnginePanel.tsx";
import { Setup } from "../../src/ui/setup/Setup.tsx";
import { ResultFiles } from "../../src/ui/results/files/ResultFiles.tsx";
import { Results } from "../../src/ui/results/Results.tsx";
import { Silence } from "../../src/ui/frame/Silence.tsx";
import { bench, ready } from "../store/bench.ts";
import { Cancel } from "../../src/ui/frame/Cancel.tsx";
import { DropZone } from "../../src/ui/kit/files/DropZone.tsx";
import { markup, words } from "./page-words.tsx";

it("says when kernels are chosen, what was tried and which are taken", async () => {
  const { app: empty } = await bench();
  expect(words(empty, <EnginePanel />)).toContain("They are chosen once model and data are loaded.");
  const { app } = await ready();
  await vi.waitFor(() => expect(app.store.getState().kernels.record).not.toBeNull());
  const text = words(app, <EnginePanel />);
  expect(text).toContain("Chosen in 1.9 s. Left out, for they compute wrongly here: subgroup32x4.");
  expect(text).toContain(
    "y = x Wᵀ 1024×128 · 128×128 tiled 79.9 GFLOP/s 0.420 block8x8 159.8 GFLOP/s 0.210 subgroup32x4 out: element 3",
  );
  expect(text).toContain(
    "attention 2×64, 1024 tokens, 16 rows blocks 53.4 GFLOP/s 1.100 matrices32x4 not tried: the time was up",
  );
  expect(words(app, <Setup />)).toContain("Engine fastest kernels");
});

it("counts while the GPU is being prepared", async () => {
  const { app } = await ready();
  app.store.setState(({ kernels }) => ({ kernels: { ...kernels, progress: { done: 14, total: 31 } } }));
  expect(words(app, <EnginePanel />)).toContain("Preparing the GPU: 14 of 31");
  expect(words(app, <Setup />)).toContain("Engine preparing, 14 of 31");
});

it("offers the portable kernels, and those of an opened result", async () => {
  const { app } = await ready();
  await app.actions.run();
  expect(words(app, <ResultFiles />)).not.toContain("Use its settings");
  const result = app.archive.result();
  if (result === null) throw new Error("there is no result");
  await app.actions.openResult(new Blob([writeResult(result)]), "mine.json");
  expect(words(app, <ResultFiles />)).toContain("Use its settings");
  expect(words(app, <EnginePanel />)).not.toContain("Of the result");
  await app.actions.takeSettings();
  await vi.waitFor(() => expect(app.store.getState().kernels.record?.from).toBe("given"));
  expect(words(app, <EnginePanel />)).toContain("mine: Those that the result was computed with");
  expect(words(app, <EnginePanel />)).toContain("In use, for 2 shapes.");
  app.actions.kernels.choose("portable");
  await vi.waitFor(() => expect(app.store.getState().kernels.record?.from).toBe("portable"));
  expect(words(app, <EnginePanel />)).not.toContain("Of the result");
  expect(words(app, <Setup />)).toContain("Engine portable kernels");
});

it("says where the time of a run goes, where that was asked for", async () => {
  const { app } = await ready();
  expect(words(app, <EnginePanel />)).toContain("Time the kernels");
  await app.actions.run();
  expect(words(app, <Results />)).not.toContain("Where the time goes");
  app.actions.kernels.time(true);
  await app.actions.run();
  const text = words(app, <Results />);
  expect(text).toContain("A step takes 12.0 ms, the mean of 2 steps of the first run.");
  expect(text).toContain("records and sends it in 3.0 ms (25 %). Kernels take 10.0 ms on the GPU.");
  expect(text).toContain("Kernels ms a step Share matmul 6.00 60 % attention 2.50 25 % adamw 1.00 10 %");
  expect(text).toContain("Phase ms a step Share forward 2.50 25 % backward 6.50 65 % update 1.00 10 %");
  expect(text).toContain("Save trace");
});

it("times whole steps where the device has no timestamps", async () => {
  const { app } = await ready({ timestamps: false });
  app.actions.kernels.time(true);
  await app.actions.run();
  const text = words(app, <Results />);
  expect(text).toContain("This device has no timestamps, so only whole steps can be timed.");
  expect(text).not.toContain("ms a step");
});

it("offers to end an engine that gives no sign of life, as long as it gives none", async () => {
  const { app, trainer } = await ready();
  expect(words(app, <Silence />)).toBe("");
  trainer.silent(true);
  expect(words(app, <Silence />)).toMatch(/not answered for 20 seconds.*Stop and start the engine again/);
});

it("the way out of a reading may be pressed while its drop zone takes nothing", async () => {
  const { app } = await bench();
  const cancel = <Cancel what="train" of="the reading" />;
  const zone = (busy: boolean) =>
    markup(app, <DropZone label="a table" busy={busy} disabled={false} cancel={cancel} onFiles={() => undefined} />);
  expect(zone(true)).toMatch(/aria-label="Cancel the reading"/);
  expect(zone(true)).not.toContain("aria-disabled");
  expect(zone(false)).not.toContain("Cancel the reading");
});
