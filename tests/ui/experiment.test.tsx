import { describe, expect, it, vi } from "vitest";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import { catalog } from "../../src/experiment/catalog.ts";
import { createApp } from "../../src/store/app.ts";
import { writeResult } from "../../src/analysis/result-text.ts";
import { CostChart } from "../../src/ui/charts/CostChart.tsx";
import { ScoreChart } from "../../src/ui/charts/ScoreChart.tsx";
import { SpreadChart } from "../../src/ui/charts/SpreadChart.tsx";
import { ExperimentPanel } from "../../src/ui/setup/experiment/ExperimentPanel.tsx";
import { GridTables } from "../../src/ui/results/findings/GridTables.tsx";
import { OutOfDomain } from "../../src/ui/results/findings/OutOfDomain.tsx";
import { RunBar } from "../../src/ui/results/queue/RunBar.tsx";
import { RunsTable } from "../../src/ui/results/queue/RunsTable.tsx";
import { SummaryTable } from "../../src/ui/results/findings/SummaryTable.tsx";
import { SweepPanel } from "../../src/ui/results/findings/SweepPanel.tsx";
import { TransferSets } from "../../src/ui/setup/data/TransferSets.tsx";
import { ViewControls } from "../../src/ui/results/view/ViewControls.tsx";
import { gate, ready } from "../store/bench.ts";
import type { Bench } from "../store/bench.ts";
import { fakeCatalog } from "../store/fake-catalog.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { words } from "./page-words.tsx";

const shares = { field: "frozenShare", text: "0.1, 0.3, 0.5" };

const patient = { timeout: 20_000 };

describe("the step of the experiment", () => {
  it("offers the catalog's plans by name and place in the paper, and says how many runs there will be", async () => {
    const { app } = await ready();
    expect(words(app, <ExperimentPanel />)).toContain(
      "Custom Compare methods · Table 1 Size of the subnetwork · Figure 2",
    );
    expect(words(app, <ExperimentPanel />)).toContain("This makes 6 runs .");
    const entry = fakeCatalog.plans[1];
    if (entry !== undefined) app.actions.plans.takeReady(entry, "small");
    expect(words(app, <ExperimentPanel />)).toContain("This makes 14 runs .");
    expect(words(app, <RunBar />)).toContain("3 methods × 2 seeds, 1 setting varied = 14 runs");
    await app.actions.run();
    expect(words(app, <ExperimentPanel />)).toMatch(
      /This makes 14 runs , about \d+ (s|min \d\d s) at the pace of the runs on show/,
    );
  });

  it("says beside an axis what is wrong with it", async () => {
    const { app } = await ready();
    app.actions.settings.addAxis({ field: "frozenShare", text: "0.1, 1" });
    expect(words(app, <ExperimentPanel />)).toContain("Frozen share p is 1; it must be at least 0 and below 1.");
    for (const id of ["one", "two"]) app.actions.settings.includeMethod(id, false);
    expect(words(app, <ExperimentPanel />)).toContain(
      "No ticked method has this setting: tick one that does, or take it out.",
    );
    expect(words(app, <ExperimentPanel />)).not.toContain("This makes");
  });

  it("lists the plans that are kept", async () => {
    const { app } = await ready();
    app.actions.settings.setPlanName("Evening");
    app.actions.plans.keep();
    expect(words(app, <ExperimentPanel />)).toMatch(/1 saved .*Update saved plan .* Evening Use/);
  });
});

describe("the queue", () => {
  const status = (app: Bench["app"]) => app.store.getState().experiment.runs.map((run) => run.status);

  it("shows what runs, what waits and what ended, each with what can be done about it", async () => {
    const { pause, pass } = gate();
    const error = new AppError("not-finite", "The loss is NaN at step 20.");
    const { app } = await ready({ stepCount: 40, batch: 4, pause, failing: { run: 0, error, whole: false } });
    app.actions.settings.includeMethod("two", false);
    const end = app.actions.run();
    pass(6);
    await vi.waitFor(() => expect(status(app)).toContain("failed"), patient);
    const queue = words(app, <RunsTable />);
    expect(queue).toContain("1 seed 5 seeds Add a method … DPS Mix");
    expect(queue).toMatch(/Running 1 DPS Dense 1 0 \/ 40 – – – running 0 % Cancel/);
    expect(queue).toMatch(/Waiting 2 Vanilla 2 – \/ 40 – – – waiting Cancel DPS Dense/);
    expect(queue).toMatch(/Ended 1 Vanilla 1 20 \/ 40 .* failed Retry The loss is NaN/);
    pass(Number.POSITIVE_INFINITY);
    await end;
    expect(words(app, <RunsTable />)).toMatch(/Runs 1 seed 5 seeds Add a method .* failed Retry The loss is NaN/);
    expect(words(app, <RunsTable />)).not.toMatch(/Cancel|Queue/);
  });

  it("does not list a thousand runs that wait", async () => {
    const { pause, pass } = gate();
    const { app } = await ready({ stepCount: 4, batch: 4, pause });
    app.actions.settings.addAxis({ field: "frozenShare", text: "0 0.1 0.2 0.3 0.4 0.5" });
    app.actions.settings.setSeeds("1-76");
    const end = app.actions.run();
    pass(1);
    await vi.waitFor(() => expect(status(app)).toHaveLength(988), patient);
    const queue = words(app, <RunsTable />);
    expect(queue).toContain("Waiting 987");
    expect(queue).toContain("and 982 more");
    expect(queue.match(/ waiting Cancel/g)).toHaveLength(5);
    await app.actions.experiment.stop();
    pass(Number.POSITIVE_INFINITY);
    await end;
  });
});

async function finished(grid: readonly { readonly field: string; readonly text: string }[]): Promise<Bench> {
  const made = await ready();
  for (const axis of grid) made.app.actions.settings.addAxis(axis);
  await made.app.actions.run();
  return made;
}

describe("a grid", () => {
  it("has a row a setting in the tables, and one setting at a time in the charts", async () => {
    const { app } = await finished([shares]);
    const means = words(app, <SummaryTable />);
    expect(means).toMatch(/Method Frozen share p Accuracy, last/);
    expect(means).toMatch(/Vanilla – \d.*DPS Dense 0\.1 .*DPS Dense 0\.3 .*DPS Dense 0\.5 .*DPS Mix 0\.1/);
    expect(means).toContain("Accuracy against Vanilla, seed by seed, at Frozen share p 0.1");
    expect(means).toContain("DPS Mix with trained share 0.9 is");
    expect(means).not.toContain("with trained share 0.7");
    expect(words(app, <ViewControls />)).toContain("Frozen share p: 0.1 Frozen share p: 0.3");
    app.actions.view.change({ setting: { frozenShare: 0.3 } });
    expect(words(app, <SummaryTable />)).toContain("seed by seed, at Frozen share p 0.3");
  });

  it("of one number is drawn as box plots, with a warning of what the best is worth", async () => {
    const { app } = await finished([shares]);
    const sweep = words(app, <SweepPanel />);
    expect(sweep).toMatch(/Accuracy by frozen share p .* Line across: Vanilla, mean of 2 seeds \d/);
    expect(sweep).toMatch(/DPS Dense: \d+\.\d+ is the best of 3 settings, chosen on the dev rows/);
    expect(words(app, <GridTables />)).not.toContain("over the grid");
  });

  it("of two settings is a table a method, with the best cell told", async () => {
    const { app } = await finished([shares, { field: "frozenWeights", text: "strict, masked-gradient" }]);
    const table = words(app, <GridTables />);
    expect(table).toMatch(/DPS Dense Frozen share p Weights outside the subnetwork Held still Gradient masked 0\.1 \d/);
    expect(table.match(/\d best/g)).toHaveLength(2);
    expect(table).toContain("Vanilla has no Frozen share p and Weights outside the subnetwork: mean");
    expect(table).toMatch(/is the best of 6 settings, .* and so is optimistic/);
    expect(words(app, <SweepPanel />)).toContain("at Weights outside the subnetwork Held still; dev score");
  });

  it("leaves out of the charts what stands elsewhere", async () => {
    const { app } = await finished([shares]);
    const spread = (): string => words(app, <SpreadChart />);
    const scoreOf = (method: string) => spread().match(new RegExp(`${method} (\\d+\\.\\d+)`))?.[1];
    const [plain, dense] = [scoreOf("Vanilla"), scoreOf("DPS Dense")];
    expect(spread().match(/DPS Dense, seed 1:/g)).toHaveLength(1);
    app.actions.view.change({ setting: { frozenShare: 0.3 } });
    expect(spread().match(/DPS Dense, seed 1:/g)).toHaveLength(1);
    expect(scoreOf("Vanilla")).toBe(plain);
    expect(Number(scoreOf("DPS Dense"))).toBeGreaterThan(Number(dense));
  });
});

it("shows scores on sets of other sources as a table, and lets them be charted", async () => {
  const { app } = await ready();
  await app.actions.transfers.add([
    { path: "SNLI.tsv", file: new Blob(["x"]) },
    { path: "SICK.tsv", file: new Blob(["x"]) },
  ]);
  await vi.waitFor(() => expect(app.store.getState().data.prepared?.transfers).toHaveLength(2), patient);
  expect(words(app, <TransferSets />)).toContain("Also score on other sets 2 sets");
  expect(words(app, <TransferSets />)).toContain("SICK.tsv, 1,277 rows. neutral and contradiction count");
  await app.actions.run();
  const table = words(app, <OutOfDomain />);
  expect(table).toMatch(/Method Dev SNLI SICK Vanilla \d+\.\d+ ± \d/);
  expect(table).toContain("SICK : 1,277 rows. neutral");
  expect(words(app, <SummaryTable />)).not.toContain("SICK");
  app.actions.view.change({ metric: "accuracy@SICK" });
  expect(words(app, <ScoreChart />)).toContain("Accuracy on SICK × 100, after the last step only; higher is better");
});

it("sets the paper's figures beside its own, where the paper has the task and the methods", async () => {
  const result = await createFakeTrainer().start(
    { methods: ["plain", "two"].map((id) => ({ id, values: {} })), seeds: [1, 2], training: {}, grid: [], order: "sequential" }, // prettier-ignore
    () => undefined,
  );
  const published = (task: string): ExperimentResult => ({
    ...result,
    config: { ...result.config, task },
    runs: result.runs.map((run) => {
      const method = run.method === "plain" ? "vanilla" : "dps-mix";
      return { ...run, method, id: `${method}-seed${run.seed}` };
    }),
  });
  const app = createApp({ ...createFakeTrainer(), catalog: () => Promise.resolve(catalog()) });
  await app.actions.connect();
  await app.actions.openResult(new Blob([writeResult(published("rte"))]), "rte.json");
  const means = /Accuracy, last Paper Accuracy, best .*Vanilla \d+\.\d+ ± \d+\.\d+ 70\.69 ± 2\.83 /;
  expect(words(app, <SummaryTable />)).toMatch(means);
  const source = "“Paper”: table 1 there, of BERT-large (335 million weights) over ten seeds.";
  expect(words(app, <SummaryTable />)).toContain(source);
  const cost = /Time a step Vanilla 1\.00 × 20\.0 ms DPS Mix 1\.25 × 25\.0 ms paper 1\.30 ×/;
  expect(words(app, <CostChart />)).toMatch(cost);
  await app.actions.openResult(new Blob([writeResult(published("qnli"))]), "qnli.json");
  expect(words(app, <SummaryTable />)).not.toContain("Paper");
});
