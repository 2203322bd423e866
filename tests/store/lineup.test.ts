import { describe, expect, it, vi } from "vitest";
import type { ModelRecord } from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import { missingForRun } from "../../src/store/state.ts";
import { bench, table, type Bench } from "./bench.ts";
import { fakeCatalog } from "./fake-catalog.ts";
import type { FakeOptions } from "./fake-trainer.ts";

const folderOf = (name: string) => [{ path: `${name}/config.json`, file: new Blob([name]) }];

/** An app with these models to compare, two seeds of three methods each. */
async function comparing(names: readonly string[], options: FakeOptions = {}): Promise<Bench> {
  const modelOf = (name: string): Partial<ModelRecord> => ({ name });
  const made = await bench({ modelOf, ...options });
  const { actions, store } = made.app;
  for (const name of names) {
    await actions.model.load(folderOf(name));
    actions.lineup.add();
  }
  await actions.data.load("train", [table]);
  await vi.waitFor(() => expect(store.getState().data.prepared).not.toBeNull());
  actions.settings.setSeeds("1, 2");
  return made;
}

const statuses = ({ app }: Bench) =>
  app.store.getState().lineup.items.map(({ record, status }) => `${record.name} ${status}`);
const laid = ({ app }: Bench) => app.store.getState().sweep.models.map(({ model, task }) => `${model} ${task}`);
const shown = ({ app }: Bench) => app.store.getState().experiment.config?.model.name;
const loads = ({ trainer }: Bench) => trainer.calls.filter((call) => call === "loadModel").length;

describe("several models", () => {
  it("are run one after another, each an experiment with a result of its own, and joined in a table", async () => {
    const made = await comparing(["alpha", "beta", "gamma"]);
    expect(loads(made)).toBe(3);
    await made.app.actions.run();
    expect(statuses(made)).toEqual(["alpha done", "beta done", "gamma done"]);
    expect(made.trainer.calls.filter((call) => call === "start")).toHaveLength(3);
    // The last is there already: none is loaded twice in a row.
    expect(loads(made)).toBe(6);
    expect(laid(made)).toEqual(["alpha RTE", "beta RTE", "gamma RTE"]);
    expect(shown(made)).toBe("gamma");
    const { kept, lineup } = made.app.store.getState();
    expect(kept.items).toHaveLength(3);
    expect(kept.items.every(({ completed, planned, over }) => completed === planned && over)).toBe(true);
    expect(lineup.running).toBe(false);
  });

  it("are chosen from, one to be on show, while the table stays; it goes with another result", async () => {
    const made = await comparing(["alpha", "beta"]);
    await made.app.actions.run();
    const [first] = made.app.store.getState().sweep.models;
    await made.app.actions.showLaid(first?.key ?? "");
    expect(shown(made)).toBe("alpha");
    expect(made.app.store.getState().kept.shown).toBe(first?.key);
    expect(laid(made)).toEqual(["alpha RTE", "beta RTE"]);
    const other = made.app.store.getState().kept.items.find(({ id }) => id !== first?.key);
    await made.app.actions.kept.show(other?.id ?? "");
    expect(laid(made)).toEqual([]);
    // Ticked together in the list of results they are a table again.
    const ids = made.app.store.getState().kept.items.map(({ id }) => id);
    await made.app.actions.kept.compare(ids);
    expect(laid(made).toSorted()).toEqual(["alpha RTE", "beta RTE"]);
  });

  it("go on where one cannot be loaded, and say why", async () => {
    let broken = "";
    const modelOf = (name: string): Partial<ModelRecord> => {
      if (name === broken) throw new AppError("unreadable", `${name} was moved since it was chosen.`);
      return { name };
    };
    const made = await comparing(["alpha", "beta", "gamma"], { modelOf });
    broken = "beta";
    await made.app.actions.run();
    expect(statuses(made)).toEqual(["alpha done", "beta failed", "gamma done"]);
    expect(made.app.store.getState().lineup.items[1]?.problem).toBe("beta was moved since it was chosen.");
    expect(laid(made)).toEqual(["alpha RTE", "gamma RTE"]);
  });

  it("end with a run that is stopped: no further one is begun, and what there is can be gone on with", async () => {
    let started = 0;
    const made = await comparing(["alpha", "beta"], {
      pause: async () => {
        started++;
        if (started === 3) await made.app.actions.experiment.stop();
      },
    });
    await made.app.actions.run();
    expect(statuses(made)).toEqual(["alpha stopped", "beta waiting"]);
    expect(made.trainer.calls.filter((call) => call === "start")).toHaveLength(1);
    expect(made.app.store.getState().lineup.running).toBe(false);
    expect(missingForRun(made.app.store.getState())).toEqual([]);
    const figures = () => made.app.store.getState().sweep.models.map(({ runs }) => runs.filter(({ status }) => status === "completed").length); // prettier-ignore
    expect(laid(made)).toEqual(["alpha RTE"]);
    const few = figures()[0] ?? 0;
    // The table follows what becomes of a result in it.
    await made.app.actions.grow.rest();
    expect(statuses(made)).toEqual(["alpha done", "beta waiting"]);
    const planned = made.app.store.getState().experiment.runs.length;
    expect(few).toBeLessThan(planned);
    expect(figures()).toEqual([planned]);
    await made.app.actions.runRest();
    expect(statuses(made)).toEqual(["alpha done", "beta done"]);
    expect(laid(made)).toEqual(["alpha RTE", "beta RTE"]);
    expect(made.trainer.calls.filter((call) => call === "start")).toHaveLength(2);
    expect(made.app.store.getState().kept.items).toHaveLength(2);
  });

  it("are no comparison where there is only one: the loaded model is run", async () => {
    const made = await comparing(["alpha"]);
    await made.app.actions.model.load(folderOf("beta"));
    await vi.waitFor(() => expect(missingForRun(made.app.store.getState())).toEqual([]));
    await made.app.actions.run();
    expect(shown(made)).toBe("beta");
    expect(laid(made)).toEqual([]);
  });
});

describe("the list of models", () => {
  it("takes a model once, as its files have it, and none that was adapted", async () => {
    const made = await comparing(["alpha", "alpha", "beta"]);
    const { actions, store } = made.app;
    expect(statuses(made)).toEqual(["alpha waiting", "beta waiting"]);
    actions.lineup.remove(store.getState().lineup.items[1]?.key ?? "");
    const adaptations = [{ files: ["a.txt"] }];
    store.setState(({ model }) => ({
      model: { ...model, model: { ...model.model, adaptations } as unknown as ModelRecord },
    }));
    actions.lineup.add();
    expect(statuses(made)).toEqual(["alpha waiting"]);
    expect(store.getState().notices.items.at(-1)?.message).toMatch(/beta was adapted here/);
  });

  it("notes what a run of each takes, once that is known", async () => {
    const made = await comparing(["alpha", "beta"]);
    const bytes = () => made.app.store.getState().lineup.items.map(({ totalBytes }) => totalBytes !== null);
    await vi.waitFor(() => expect(bytes()).toEqual([false, true]));
    await made.app.actions.run();
    expect(bytes()).toEqual([true, true]);
  });

  it("begins no model that does not fit, and says so", async () => {
    const made = await comparing(["alpha", "beta"], { tooLarge: true });
    // What is known of the loaded model keeps Run from being pressed.
    await vi.waitFor(() => expect(missingForRun(made.app.store.getState())).not.toEqual([]));
    made.app.actions.estimates.forget();
    await made.app.actions.run();
    expect(statuses(made)).toEqual(["alpha failed", "beta failed"]);
    expect(made.app.store.getState().lineup.items[0]?.problem).toMatch(/does not fit: This needs 9\.1 GiB/);
    expect(made.trainer.calls).not.toContain("start");
  });
});

describe("a plan that trains each family as the paper does", () => {
  it("gives each model its own recipe, unless the training was changed since", async () => {
    const families: Readonly<Record<string, string>> = { alpha: "bert", beta: "electra", gamma: "other" };
    const made = await comparing(["alpha", "beta", "gamma"], {
      modelOf: (name) => ({ name, family: families[name] ?? "" }),
    });
    const { actions, store } = made.app;
    const [compare] = fakeCatalog.plans;
    if (compare === undefined) throw new Error("The fake has no plan.");
    const recipes = [
      { families: ["bert"], tasks: null, training: { epochs: 5 } },
      { families: ["electra"], tasks: ["pairs"], training: { epochs: 7 } },
    ];
    const entry = { ...compare, recipes };
    store.setState((state) => ({ engine: { ...state.engine, catalog: { ...fakeCatalog, plans: [entry] } } }));
    const epochs = async () => {
      await actions.run();
      const found: unknown[] = [];
      for (const { key } of store.getState().sweep.models) {
        await actions.showLaid(key);
        found.push(store.getState().experiment.config?.plan.training["epochs"]);
      }
      return found;
    };
    // Taken for the first, whose recipe no other may get.
    await actions.model.load(folderOf("alpha"));
    await vi.waitFor(() => expect(missingForRun(store.getState())).toEqual([]));
    actions.plans.takeReady(entry, "full");
    expect(store.getState().settings.training["epochs"]).toBe(5);
    actions.settings.setSeeds("1");
    const own = entry.sizes.full.training["epochs"];
    expect(await epochs()).toEqual([5, 7, own]);
    actions.settings.setTrainingValue("epochs", 9);
    expect(await epochs()).toEqual([9, 9, 9]);
  });
});
