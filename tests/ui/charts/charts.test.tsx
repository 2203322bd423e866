import { expect, it, vi } from "vitest";
import { createApp, type App } from "../../../src/store/app.ts";
import { charts } from "../../../src/ui/charts/index.ts";
import { createFakeTrainer } from "../../store/fake-trainer.ts";
import { markup, words } from "../page-words.tsx";

/** Two seeds of the fake catalog's three methods. */
async function finished(): Promise<App> {
  const app = createApp(createFakeTrainer(), { quietMs: 0 });
  await app.actions.connect();
  await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
  await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
  await vi.waitFor(() => expect(app.store.getState().data.prepared).not.toBeNull());
  app.actions.settings.setSeeds("1-2");
  await app.actions.run();
  return app;
}

it("every chart can be saved and shown as a table, and says so where all that it would show is hidden", async () => {
  const app = await finished();
  const menu = /aria-label="[^"]*: save, or show as a table"/;
  for (const { Chart } of charts) expect(markup(app, <Chart />)).toMatch(menu);
  for (const method of ["plain", "one", "two"]) app.actions.view.toggleMethod(method);
  for (const { Chart } of charts) {
    expect(words(app, <Chart />)).toMatch(/Every method (that selects )?is hidden: choose one in the legend\./);
    expect(markup(app, <Chart />)).not.toMatch(menu);
  }
});

it("a hidden method is left out of every chart", async () => {
  const app = await finished();
  const naming = () => charts.filter(({ Chart }) => words(app, <Chart />).includes("DPS Mix")).map(({ id }) => id);
  expect(naming()).toEqual(expect.arrayContaining(["loss", "score", "spread", "cost", "subnetwork"]));
  app.actions.view.toggleMethod("two");
  expect(naming()).toEqual([]);
});
