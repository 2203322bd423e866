import { beforeAll, describe, expect, it } from "vitest";
import { readResult } from "../../src/analysis/result-file.ts";
import { writeResult } from "../../src/analysis/result-text.ts";
import type { ExperimentPlan, ExperimentResult, RunRecord } from "../../src/contract/run.ts";
import { reportOf } from "../../src/report/report.ts";
import { matricesOf, type Masks } from "../analysis/subnetwork/masks.ts";
import { fakeCatalog } from "../store/fake-catalog.ts";
import { watchedResult, type WatchedResult } from "../store/fake-subnetwork.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { tableOf, tagsOf, textOf } from "./read-html.ts";

const model = { layers: 2, heads: 2, hidden: 16, intermediate: 32 };
const matrices = matricesOf(model);
const plan: ExperimentPlan = {
  methods: ["plain", "one", "two"].map((id) => ({ id, values: {} })),
  seeds: [1, 2, 3],
  training: {},
  grid: [],
  order: "sequential",
};

let made: WatchedResult;
let report: string;
beforeAll(async () => {
  const plain = await createFakeTrainer({ stepCount: 100, batch: 100 }).start(plan, () => undefined);
  made = watchedResult(plain, model, { one: "settling", two: "columns" }, 4);
  report = reported(made.result);
});

function reported(result: ExperimentResult): string {
  return reportOf({ result, catalog: fakeCatalog, name: "run", date: null, version: "1" });
}

function changed(patch: (run: RunRecord) => RunRecord): ExperimentResult {
  return { ...made.result, runs: made.result.runs.map(patch) };
}

function masksOf(run: string): Masks {
  return made.masks.get(run) ?? [];
}

/** Share of the weights of some matrices in mask `cycle` for which `count` says yes, of all weights that `of` says yes to. */
function shareOf(masks: Masks, indices: readonly number[], count: (weight: readonly number[]) => boolean, of = count) {
  let [hits, all] = [0, 0];
  for (const index of indices) {
    const length = masks[0]?.[index]?.length ?? 0;
    for (let i = 0; i < length; i++) {
      const weight = masks.map((one) => one[index]?.[i] ?? 0);
      if (!of(weight)) continue;
      all += 1;
      if (count(weight)) hits += 1;
    }
  }
  return hits / all;
}

const everything = matrices.map((_, index) => index);
const inLayer = (layer: number | null): number[] => everything.filter((index) => matrices[index]?.layer === layer);
const percent = (text = ""): number => Number(text.replace(/ %.*/, ""));

/** What the masks say was swapped at a cycle, mean over the seeds of a method, in percent. */
function swappedBy(method: string, layer: number | null, cycle: number): number {
  const shares = plan.seeds.map((seed) =>
    shareOf(masksOf(`${method}-seed${seed}`), inLayer(layer), (weight) => weight[cycle] === 1 && weight[cycle - 1] === 0, (weight) => weight[cycle] === 1),
  ); // prettier-ignore
  return (100 * shares.reduce((sum, one) => sum + one, 0)) / shares.length;
}

describe("the selections", () => {
  it("have what every cycle swapped by layer, mean over seeds, beside chance", () => {
    const rows = tableOf(report, "Share of the selection swapped");
    expect(rows[0]).toEqual(["Swapped, cycle", "2", "3", "4", "Chance"]);
    expect(rows).toHaveLength(1 + 2 * 3);
    for (const [row, layer] of [null, 0, 1, null].entries()) {
      if (row === 0) continue;
      for (const cycle of [1, 2, 3]) {
        const told = percent(rows[row]?.[cycle]);
        expect(Math.abs(told - swappedBy("one", layer, cycle))).toBeLessThan(0.51);
      }
    }
    expect(rows.slice(1).map((row) => row.at(-1))).toEqual(["30 %", "30 %", "30 %", "70 %", "70 %", "70 %"]);
    expect(textOf(report)).toContain("mean of 3 seeds");
  });

  it("are told of results of earlier versions as well, from what those kept", () => {
    const earlier = reported({ ...changed((run) => ({ ...run, subnetwork: null })), overlaps: null });
    const selecting = made.result.runs.filter(({ selections }) => selections.length > 1);
    expect(selecting.length).toBeGreaterThan(0);
    expect(tableOf(earlier, "Share of the selection swapped").length).toBeGreaterThan(1);
    expect(earlier).not.toContain('id="subnetwork"');
  });

  it("say of a method that chooses once that nothing moves", () => {
    const once = watchedResult(made.result, model, { one: "once" }, 4).result;
    expect(textOf(reported(once))).toMatch(/chosen once and kept for the whole run/);
    const none = watchedResult(made.result, model, {}, 4).result;
    expect(reported(none)).not.toMatch(/id="(selections|subnetwork)"/);
  });

  it("draw a dashed line at chance in every picture", () => {
    const section = report.slice(report.indexOf('id="selections"'), report.indexOf('id="subnetwork"'));
    const lines = tagsOf(`<div>${section.slice(section.indexOf("<div"), section.lastIndexOf("</section>"))}</div>`).filter(({ attributes }) => attributes.includes('class="chance"')); // prettier-ignore
    expect(lines).toHaveLength(2);
  });
});

describe("the subnetwork", () => {
  it("tells how densely every head, neuron and dimension is selected in the last selection", () => {
    const rows = tableOf(report, "DPS Dense, seed 1: share selected by place");
    expect(rows[0]).toEqual(["Share selected, %", "Layer 1", "Layer 2", "Random mask ± 2 sd"]);
    expect(rows).toHaveLength(1 + 2 * 4 + 32 + 16);
    const last = masksOf("one-seed1").at(-1) ?? [];
    for (const layer of [0, 1]) {
      const at = matrices.findIndex((one) => one.layer === layer && one.part === "value");
      // Head 2 has the rows from the eighth on.
      const rowsOfHead = [...(last[at] ?? [])].slice(8 * 16);
      const share = (100 * rowsOfHead.reduce((sum, one) => sum + one, 0)) / rowsOfHead.length;
      const told = rows.find(([place]) => place === "head 2 · value")?.[1 + layer];
      expect(told).toBe(share.toFixed(1));
    }
  });

  it("counts how often weights were selected, beside what random masks would be", () => {
    const rows = tableOf(report, "DPS Dense, seed 1: weights by times selected").slice(1);
    for (const [times, row] of rows.entries()) {
      const share = shareOf(masksOf("one-seed1"), everything, (weight) => weight.reduce((sum, one) => sum + one, 0) === times, () => true); // prettier-ignore
      expect(Math.abs(percent(row[1]) - 100 * share)).toBeLessThan(0.51);
      const chance = [1, 4, 6, 4, 1].map((ways, k) => ways * 0.7 ** k * 0.3 ** (4 - k))[times] ?? 0;
      expect(Math.abs(percent(row[2]) - 100 * chance)).toBeLessThan(0.51);
    }
    expect(rows).toHaveLength(5);
  });

  it("holds drift against the run of the same seed that selects nothing", () => {
    const [head, ...rows] = tableOf(report, "DPS Dense, seed 1: drift by layer");
    expect(head?.slice(1)).toEqual(["selected", "left out", "Vanilla"]);
    expect(rows.map(([layer]) => layer)).toEqual(["Layer 1", "Layer 2", "Pooler and classifier"]);
    for (const [, selected, leftOut, plain] of rows) {
      expect(Number(selected)).toBeGreaterThan(Number(leftOut));
      expect(Number(plain) / Number(selected)).toBeCloseTo(0.8, 2);
    }
  });

  it("compares the last selections of all runs, with what chance would have", () => {
    const rows = tableOf(report, "Jaccard index of the last selections").slice(1);
    const { overlaps } = made.result;
    const between = (one: string, other: string): number =>
      overlaps?.jaccard[overlaps.runs.indexOf(one)]?.[overlaps.runs.indexOf(other)] ?? Number.NaN;
    const mean = (pairs: readonly (readonly [string, string])[]): string =>
      (pairs.reduce((sum, [one, other]) => sum + between(one, other), 0) / pairs.length).toFixed(3);
    const seeds = ([[1, 2], [1, 3], [2, 3]] as const).map(([a, b]) => [`one-seed${a}`, `one-seed${b}`] as const); // prettier-ignore
    const methods = plan.seeds.map((seed) => [`one-seed${seed}`, `two-seed${seed}`] as const);
    expect(rows.map((row) => [row[0], row.at(-1)])).toEqual([
      ["DPS Dense, over seeds", "3"],
      ["DPS Dense and DPS Mix", "3"],
      ["DPS Mix, over seeds", "3"],
    ]);
    expect([rows[0]?.[1], rows[1]?.[1]]).toEqual([mean(seeds), mean(methods)]);
    expect(rows.map((row) => row[3])).toEqual([
      (0.49 / 0.91).toFixed(3),
      (0.21 / 0.79).toFixed(3),
      (0.09 / 0.51).toFixed(3),
    ]);
  });

  it("names every picture and says what is to be seen in it", () => {
    const pictures = report.match(/<svg[^>]*role="img"[^>]*>\s*<desc>[^<]+<\/desc>/g) ?? [];
    const named = pictures.filter((one) => /aria-label="DPS (Dense|Mix), seed 1: (heads|feed-forward|residual stream|the core|drift)"/.test(one)); // prettier-ignore
    expect(named).toHaveLength(10);
  });

  it("is well formed and says no NaN of whatever a file holds", () => {
    const odd = (patch: (run: RunRecord) => Partial<NonNullable<RunRecord["subnetwork"]>>): string => {
      const result = changed((run) => {
        const { subnetwork } = run;
        return subnetwork === null || subnetwork.drawn === null
          ? run
          : { ...run, subnetwork: { ...subnetwork, ...patch(run) } };
      });
      return reported(readResult(writeResult(result), "result.json"));
    };
    const snapshotsOf = ({ subnetwork }: RunRecord) => subnetwork?.snapshots ?? [];
    const pages = [
      odd(() => ({ drawn: { unit: "weight", share: -3 } })),
      odd(() => ({ drawn: { unit: "column", share: 1e300 } })),
      odd(() => ({ matrices: [] })),
      odd(() => ({ headCount: 0 })),
      odd(() => ({ snapshots: [] })),
      odd((run) => ({ snapshots: snapshotsOf(run).slice(0, 1) })),
      odd((run) => ({ snapshots: snapshotsOf(run).slice(0, 2) })),
      odd((run) => ({ snapshots: snapshotsOf(run).map((one) => ({ ...one, places: [], drift: [] })) })),
      odd((run) => ({ snapshots: snapshotsOf(run).map((one) => ({ ...one, layers: one.layers.map((layer) => ({ ...layer, size: 0, kept: 0, both: 0, times: Array.from({ length: 3000 }, () => 0) })) })) })), // prettier-ignore
      odd((run) => ({ snapshots: snapshotsOf(run).map((one) => ({ ...one, layers: one.layers.map((layer) => ({ ...layer, times: Array.from({ length: 3000 }, (_, at) => at) })) })) })), // prettier-ignore
    ];
    for (const page of pages) {
      tagsOf(page);
      expect(page).not.toMatch(/NaN|undefined|Infinity|\[object/);
      expect(page.length).toBeLessThan(500_000);
    }
  });
});
