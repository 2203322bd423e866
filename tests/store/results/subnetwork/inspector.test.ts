import { describe, expect, it, vi } from "vitest";
import type { MatrixRegion, MatrixView } from "../../../../src/contract/subnetwork.ts";
import { AppError } from "../../../../src/core/errors.ts";
import type { ExperimentSlice } from "../../../../src/store/experiment.ts";
import { Archive } from "../../../../src/store/results/archive.ts";
import { initialInspector, inspectorActions } from "../../../../src/store/results/subnetwork/inspector.ts";
import { matricesOf } from "../../../analysis/subnetwork/masks.ts";
import { ready } from "../../bench.ts";
import { watchedResult } from "../../fake-subnetwork.ts";
import { createFakeTrainer } from "../../fake-trainer.ts";

const model = { layers: 1, heads: 2, hidden: 16, intermediate: 16 };
const [query, , value] = matricesOf(model);
const region = (patch: Partial<MatrixRegion> = {}): MatrixRegion => ({
  run: "one-seed1",
  matrix: value?.name ?? "",
  cycle: 1,
  top: 0,
  bottom: 8,
  left: 0,
  right: 16,
  ...patch,
});

async function bench(source: ExperimentSlice["source"], inspect: (region: MatrixRegion) => Promise<MatrixView>) {
  const plan = {
    methods: [{ id: "one", values: {} }],
    seeds: [1],
    training: {},
    grid: [],
    order: "sequential" as const,
  };
  const plain = await createFakeTrainer({ stepCount: 40 }).start(plan, () => undefined);
  const { result, masks } = watchedResult(plain, model, { one: "settling" }, 3);
  const archive = new Archive();
  archive.load(result);
  let state = initialInspector;
  const slot = { get: () => state, set: (patch: Partial<typeof state>) => void (state = { ...state, ...patch }) };
  const inspectMatrix = vi.fn<(region: MatrixRegion) => Promise<MatrixView>>(inspect);
  return { actions: inspectorActions(slot, () => source, archive, { inspectMatrix }), slot, inspectMatrix, masks };
}

const answer = (mark: number): MatrixView => ({
  mask: Uint8Array.of(mark),
  before: null,
  times: null,
  scores: null,
  drift: null,
});

describe("the inspector", () => {
  it("asks the engine that made the run, and takes the latest answer alone", async () => {
    const waiting: ((view: MatrixView) => void)[] = [];
    const { actions, slot } = await bench("live", () => new Promise((resolve) => waiting.push(resolve)));
    const first = actions.look(region());
    const second = actions.look(region({ cycle: 2 }));
    expect(slot.get().reading).toBe(true);
    waiting[1]?.(answer(2));
    await second;
    waiting[0]?.(answer(1));
    await first;
    expect(slot.get()).toEqual({ shown: region({ cycle: 2 }), reading: false, problem: null });
    expect(actions.view()).toEqual(answer(2));
    actions.forget();
    expect([actions.view(), slot.get()]).toEqual([null, initialInspector]);
  });

  it("reads what a file keeps, without asking", async () => {
    const { actions, slot, inspectMatrix, masks } = await bench("file", () => Promise.resolve(answer(1)));
    await actions.look(region());
    expect(inspectMatrix).not.toHaveBeenCalled();
    expect(actions.view()?.mask).toEqual(masks.get("one-seed1")?.[1]?.[2]?.slice(0, 8 * 16));
    expect(actions.view()?.note).toContain("keeps no scores");
    await actions.look(region({ matrix: query?.name ?? "" }));
    expect(actions.view()).toBe(null);
    expect(slot.get().problem).toContain("A result file keeps the masks of a matrix or two");
  });

  it("falls back on what is kept, and says the engine's words where nothing is", async () => {
    const refuse = () => Promise.reject(new AppError("bad-settings", "It was given up."));
    const { actions, slot } = await bench("live", refuse);
    await actions.look(region());
    expect(slot.get()).toMatchObject({ problem: null, shown: region() });
    await actions.look(region({ matrix: query?.name ?? "" }));
    expect(slot.get()).toEqual({ shown: null, reading: false, problem: "It was given up." });
  });
});

describe("the view's fold", () => {
  it("decides whether the next run is watched", async () => {
    const { app, trainer } = await ready();
    const start = vi.spyOn(trainer, "start");
    await app.actions.run();
    app.actions.view.look({ open: false });
    await app.actions.run();
    expect(start.mock.calls.map(([, , , watched]) => watched)).toEqual([true, false]);
    // It stays folded for the runs to come.
    expect(app.store.getState().view.subnetwork).toMatchObject({ open: false, run: null, stop: null });
  });
});
