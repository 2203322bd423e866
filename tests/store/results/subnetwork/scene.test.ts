import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentPlan, RunRecord } from "../../../../src/contract/run.ts";
import { modelOf } from "../../../../src/nn/families/index.ts";
import { layerOf } from "../../../../src/nn/params.ts";
import { Archive } from "../../../../src/store/results/archive.ts";
import { coreAt, driftAt, overlapOf, sentencesOf, whereOf } from "../../../../src/store/results/subnetwork/figures.ts";
import {
  chosenSpot,
  layersIn,
  matrixWord,
  spotsOf,
  subnetworkScene,
} from "../../../../src/store/results/subnetwork/scene.ts";
import { subnetworkFigures } from "../../../../src/store/results/subnetwork/table.ts";
import { matricesOf, type Masks } from "../../../analysis/subnetwork/masks.ts";
import { watchedResult, type WatchedResult } from "../../fake-subnetwork.ts";
import { createFakeTrainer } from "../../fake-trainer.ts";

const model = { layers: 2, heads: 2, hidden: 16, intermediate: 32 };
const matrices = matricesOf(model);
const plan: ExperimentPlan = {
  methods: ["plain", "one", "two"].map((id) => ({ id, values: {} })),
  seeds: [1, 2],
  training: {},
  grid: [],
  order: "sequential",
};
const newest = { run: null, stop: null, layer: null };

let made: WatchedResult;
beforeAll(async () => {
  const plain = await createFakeTrainer({ stepCount: 100, batch: 100 }).start(plan, () => undefined);
  made = watchedResult(plain, model, { one: "settling", two: "columns" }, 4);
});

function archived(patch: (run: RunRecord) => RunRecord = (run) => run): Archive {
  const archive = new Archive();
  archive.load({ ...made.result, runs: made.result.runs.map(patch) });
  return archive;
}

function sceneOf(archive: Archive, look: Partial<Parameters<typeof subnetworkScene>[1]> = {}) {
  const scene = subnetworkScene(archive.runs, { ...newest, ...look });
  if (scene === null) throw new Error("no run selects");
  return scene;
}

describe("the scene", () => {
  it("is of the first run that selects, at its newest stop, until another is chosen", () => {
    const archive = archived();
    expect(sceneOf(archive)).toMatchObject({ run: { id: "one-seed1" }, at: 3, once: false, layer: 0 });
    const chosen = sceneOf(archive, { run: "two-seed2", stop: 1, layer: "outside" });
    expect(chosen).toMatchObject({ run: { id: "two-seed2" }, at: 1, stop: { cycle: 1, step: 30 }, layer: null });
    expect(chosen.drawn).toEqual({ unit: "column", share: 0.3 });
    expect(subnetworkScene(archive.runs.slice(0, 1), newest)).toBe(null);
  });

  it("follows a run that goes on, and stays where it was put", () => {
    const archive = new Archive();
    const whole = made.result.runs.find(({ id }) => id === "one-seed1");
    const subnetwork = whole?.subnetwork ?? null;
    if (whole === undefined || subnetwork === null) throw new Error("not watched");
    const { snapshots } = subnetwork;
    const begun = {
      ...whole,
      status: "running" as const,
      selections: [],
      subnetwork: { ...subnetwork, snapshots: [], masks: [] },
    };
    archive.append([{ kind: "started", run: begun }]);
    expect(sceneOf(archive)).toMatchObject({ at: -1, stop: null, once: false, layer: 1 });
    expect(archive.heads()[0]).toMatchObject({ selects: true, snapshotCount: 0 });
    for (const snapshot of snapshots.slice(0, 2)) archive.append([{ kind: "subnetwork", run: whole.id, snapshot }]);
    expect(sceneOf(archive)).toMatchObject({ at: 1, movement: [{ cycle: 1 }] });
    for (const snapshot of snapshots.slice(2)) archive.append([{ kind: "subnetwork", run: whole.id, snapshot }]);
    expect(sceneOf(archive).at).toBe(3);
    expect(sceneOf(archive, { stop: 1 }).stop?.cycle).toBe(1);
  });

  it("of a run that nobody watched has its selections", () => {
    const archive = archived((run) => ({ ...run, subnetwork: null }));
    const scene = sceneOf(archive);
    const { selections } = scene.run;
    expect(scene).toMatchObject({ record: null, layer: null });
    expect(scene.stops.map(({ step }) => step)).toEqual(selections.map(({ step }) => step));
    expect(scene.movement).toHaveLength(selections.length - 1);
    expect(scene.drawn.share).toBeCloseTo(0.7, 2);
    expect(whereOf(scene)).toBe(null);
    expect(sentencesOf(scene)[0]).toMatch(/^Cycle 5 swapped \d+ % of the selection, down from \d+ %/);
    const figures = subnetworkFigures(archive.runs, null, scene, "all");
    expect(new Set(figures.map(({ picture }) => picture))).toEqual(
      new Set([
        "Swapped since the cycle before",
        "Selection by matrix, share selected",
        "Selection by matrix, threshold",
      ]),
    );
  });

  it("of a method that selects once says so", () => {
    const once = watchedResult(made.result, model, { one: "once" }, 1);
    const archive = new Archive();
    archive.load(once.result);
    const scene = sceneOf(archive);
    expect(scene).toMatchObject({ once: true, stop: { after: true } });
    expect(sentencesOf(scene)[0]).toBe("Chosen once and kept for the whole run: nothing moves.");
  });
});

describe("what can be looked at closely", () => {
  it("are places and whole matrices, the same by name in every layer", () => {
    const { record } = sceneOf(archived());
    if (record === null) throw new Error("not watched");
    expect(layersIn(record)).toEqual([0, 1, null]);
    expect(spotsOf(record, null).map(({ name }) => name)).toEqual(["pooler", "classifier"]);
    const names = spotsOf(record, 1).map(({ name }) => name);
    expect(names.slice(4, 8)).toEqual(["head 2 · query", "head 2 · key", "head 2 · value", "head 2 · output"]);
    expect(names.slice(-2)).toEqual(["intermediate", "output"]);
    expect(chosenSpot(record, 1, "head 1 value")?.blocks).toEqual([
      { matrix: matrices[8], top: 8, bottom: 16, left: 0, right: 16 },
    ]);
    expect(chosenSpot(record, null, "head 1 value")?.name).toBe("pooler");
    expect(spotsOf(record, 0).find(({ id }) => id === "neurons 3")?.blocks).toHaveLength(2);
  });

  it.each([
    ["bert", "attention LayerNorm bias"],
    ["distilbert", "attention q_lin bias"],
  ])("has one name in its layer, vectors included: %s", (type, one) => {
    const sizes = { hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2, intermediate_size: 32 };
    const own = { dim: 16, n_layers: 2, n_heads: 2, hidden_dim: 32, vocab_size: 9, max_position_embeddings: 7 };
    const specs = modelOf({ model_type: type, ...sizes, ...own }).params(2);
    const chosen = specs.filter(({ group, selectable }) => group === "encoder" || selectable);
    const names = chosen.map((spec) => {
      const [rows = 1, cols = 1] = spec.shape;
      const layer = layerOf(spec);
      return `${layer} ${matrixWord({ name: spec.name, layer, part: spec.part, rows, cols })}`;
    });
    expect(names.length).toBeGreaterThan(2 * 16);
    expect([...new Set(names)]).toEqual(names);
    expect(names).toContain(`1 ${one}`);
  });
});

describe("figures", () => {
  const kept = (masks: Masks, cycle: number, index: number): number =>
    (masks[cycle]?.[index] ?? new Uint8Array()).reduce((sum, one) => sum + one, 0);

  it("are those of the masks", () => {
    const archive = archived();
    const masks = made.masks.get("one-seed1") ?? [];
    const scene = sceneOf(archive, { stop: 2 });
    const where = whereOf(scene);
    expect(where?.layers[1]?.heads.map((one) => one?.kept)).toEqual(
      [0, 1].flatMap((head) =>
        [6, 7, 8, 9].map((index) =>
          (masks[2]?.[index] ?? new Uint8Array()).reduce((sum, one, i) => {
            const place = index === 9 ? i % 16 : Math.floor(i / 16);
            return sum + (Math.floor(place / 8) === head ? one : 0);
          }, 0),
        ),
      ),
    );
    const total = matrices.reduce((sum, { rows, cols }) => sum + rows * cols, 0);
    const core = coreAt(scene, "all");
    const always = matrices.reduce(
      (sum, _, index) =>
        sum +
        (masks[0]?.[index] ?? new Uint8Array()).filter((_, i) => [0, 1, 2].every((at) => masks[at]?.[index]?.[i] === 1))
          .length,
      0,
    );
    expect(core?.shares.at(-1)).toBeCloseTo(always / total, 10);
    expect(coreAt(scene, "layer")?.size).toBe(4 * 256 + 2 * 512);
    const figures = subnetworkFigures(archive.runs, made.result.overlaps, scene, "all");
    const query = figures.find(({ picture, of }) => picture.startsWith("Where") && of === "Layer 1 · head 1 · query");
    expect(query).toMatchObject({ cycle: 3, chance: 0.7 });
    expect(query?.value).toBeCloseTo((where?.layers[0]?.heads[0]?.kept ?? 0) / 128, 10);
    expect(kept(masks, 2, 0)).toBe(Math.ceil(256 * 0.7));
  });

  it("hold runs against one another: seeds of a method, and methods of a seed", () => {
    const archive = archived();
    const { run } = sceneOf(archive);
    const seeds = overlapOf(archive.runs, made.result.overlaps, run, "seeds");
    expect(seeds).toMatchObject({ names: ["seed 1", "seed 2"], chosen: 0, leftOut: 0 });
    const [one, other] = ["one-seed1", "one-seed2"].map((id) => made.masks.get(id)?.at(-1) ?? []);
    let [both, either] = [0, 0];
    for (const [index, mask] of (one ?? []).entries()) {
      for (const [i, bit] of mask.entries()) {
        both += bit & (other?.[index]?.[i] ?? 0);
        either += bit | (other?.[index]?.[i] ?? 0);
      }
    }
    expect(seeds?.values[0]?.[1]).toBeCloseTo(both / either, 12);
    expect(seeds?.chance[0]?.[1]).toBeCloseTo(0.49 / 0.91, 12);
    const methods = overlapOf(archive.runs, made.result.overlaps, run, "methods");
    expect(methods?.names).toEqual(["DPS Dense", "DPS Mix"]);
    expect(methods?.chance[0]?.[1]).toBeCloseTo(0.21 / 0.79, 12);
    expect(overlapOf(archive.runs, null, run, "seeds")).toBe(null);
  });

  it("hold drift against the run of the same seed that selects nothing", () => {
    const archive = archived();
    const scene = sceneOf(archive, { run: "one-seed2", stop: 1, layer: 1 });
    const all = driftAt(archive.runs, scene, "all");
    expect(all?.reference).toEqual({ label: "Vanilla", step: 30 });
    expect(all?.rows.map(({ layer }) => layer)).toEqual([0, 1, null]);
    expect(all?.rows[0]?.reference).toBeCloseTo(0.8 * (all?.rows[0]?.selected ?? 0), 6);
    const own = driftAt(archive.runs, scene, "layer");
    expect(own?.rows).toHaveLength(6);
    expect(own?.most).toBeGreaterThan(Math.max(...(own?.rows ?? []).map(({ selected }) => selected ?? 0)));
    const alone = driftAt(
      archive.runs.filter(({ method }) => method === "one"),
      scene,
      "all",
    );
    expect(alone?.reference).toBe(null);
  });
});
