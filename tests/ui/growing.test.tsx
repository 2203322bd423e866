import { expect, it, vi } from "vitest";
import { SummaryTable } from "../../src/ui/results/findings/SummaryTable.tsx";
import { RunBar } from "../../src/ui/results/queue/RunBar.tsx";
import { RunsTable } from "../../src/ui/results/queue/RunsTable.tsx";
import { Setup } from "../../src/ui/setup/Setup.tsx";
import { gate, ready } from "../store/bench.ts";
import { words } from "./page-words.tsx";

it("offers the seeds that would settle a comparison, with the time they take", async () => {
  const { app } = await ready();
  app.actions.settings.setSeeds("1-5");
  await app.actions.run();
  const open = app.store.getState().experiment.comparisons.find(({ score, verdict, seedsToSettle, seeds }) => {
    return score === "accuracy" && verdict === "unclear" && (seedsToSettle ?? 0) > seeds.length;
  });
  const missing = (open?.seedsToSettle ?? 0) - 5;
  expect(missing).toBeGreaterThan(0);
  expect(words(app, <SummaryTable />)).toContain(`Add ${Math.min(20, missing)} seed`);
  expect(words(app, <SummaryTable />)).toMatch(/Add \d+ seeds? .*about \d+ s/);
});

it("a paused experiment has no running run, and several at once are said to be so", async () => {
  const { pause, pass } = gate();
  const { app } = await ready({ stepCount: 40, batch: 4, pause });
  app.actions.settings.setOrder("interleaved");
  const end = app.actions.run();
  pass(4);
  await vi.waitFor(() => expect(words(app, <RunBar />)).toContain("3 runs side by side, 0 of 6 ended"));
  await app.actions.experiment.pause();
  expect(words(app, <RunsTable />)).toMatch(/Paused 3 .* paused \d+/);
  expect(words(app, <RunsTable />)).not.toMatch(/running/i);
  await app.actions.experiment.stop();
  pass(Number.POSITIVE_INFINITY);
  await end;
  expect(words(app, <RunsTable />).match(/Retry/g)).toHaveLength(6);
});

it("says how long a run is by what is set, and does not call one value varied", async () => {
  const { app } = await ready();
  expect(words(app, <Setup />)).toContain("3 epochs, batch 16");
  app.actions.settings.setTrainingValue("steps", 40);
  expect(words(app, <Setup />)).toContain("40 steps, batch 16");
  app.actions.settings.saveMemory({ batchSize: 4, accumulate: 4 });
  expect(words(app, <Setup />)).toContain("40 steps, batch 4 × 4");
  app.actions.settings.addAxis({ field: "frozenShare", text: "0.3" });
  expect(words(app, <RunBar />)).toContain("3 methods × 2 seeds = 6 runs");
});
