import { expect, it, vi } from "vitest";
import { suggestedRate } from "../../../src/analysis/rates/rate-finder.ts";
import { missingForRun, rateKey } from "../../../src/store/state.ts";
import { planOf } from "../../../src/store/setup/plan.ts";
import type { ExperimentPlan } from "../../../src/contract/run.ts";
import { fakeCatalog } from "../fake-catalog.ts";
import { gate, modelFiles, notices, ready } from "../bench.ts";
import type { Bench } from "../bench.ts";

function planNow({ app }: Bench): ExperimentPlan {
  const { plan } = planOf(app.store.getState().settings, fakeCatalog);
  if (plan === null) throw new Error("there is no plan");
  return plan;
}

it("looks for a rate, tells of it as it goes, and holds up no run afterwards", async () => {
  const { pause, pass } = gate();
  const made = await ready({ pause });
  const { app, trainer } = made;
  const search = app.actions.rates.find(planNow(made), rateKey(app.store.getState()) ?? "");
  pass(2);
  await vi.waitFor(() => expect(app.store.getState().rates.trials.length).toBeGreaterThan(4));
  expect(missingForRun(app.store.getState())).toContain(
    "A learning rate is being looked for; wait for it, or stop it.",
  );
  pass(Number.POSITIVE_INFINITY);
  await search;
  const { searching, trials } = app.store.getState().rates;
  expect(searching).toBe(false);
  expect(suggestedRate(trials)).toBeGreaterThan(1e-4);
  expect(suggestedRate(trials)).toBeLessThan(1e-3);
  expect(missingForRun(app.store.getState())).toEqual([]);
  expect(trainer.calls).toContain("findRate 1 2");
});

it("keeps what there is where it is stopped, without calling that an error", async () => {
  const { pause, pass } = gate();
  const made = await ready({ pause });
  const { app } = made;
  const search = app.actions.rates.find(planNow(made), "1 1");
  pass(1);
  await vi.waitFor(() => expect(app.store.getState().rates.trials.length).toBeGreaterThan(0));
  await app.actions.rates.stop();
  pass(Number.POSITIVE_INFINITY);
  await search;
  expect(app.store.getState().rates.trials.length).toBeLessThan(20);
  expect(notices(app)).toEqual([]);
});

it("is over a model and rows: another model is another search", async () => {
  const { app } = await ready();
  const before = rateKey(app.store.getState());
  await app.actions.model.load(modelFiles);
  await vi.waitFor(() => expect(rateKey(app.store.getState())).not.toBeNull());
  expect(rateKey(app.store.getState())).not.toBe(before);
});
