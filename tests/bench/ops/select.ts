import { sizeOf } from "../../../src/core/shape.ts";
import { createArena } from "../../../src/gpu/arena.ts";
import { sortAscending } from "../../../src/methods/bitonic-sort.ts";
import { reserveRadix } from "../../../src/methods/radix-select.ts";
import { selectTop } from "../../../src/methods/selection.ts";
import type { RankFinder } from "../../../src/methods/selection.ts";
import { formatBytes } from "../../../src/core/format.ts";
import { sumOf } from "../cost.ts";
import { stepFromLayers } from "../layers.ts";
import { costsOf, row } from "../op-bench.ts";
import type { Op, OpBench } from "../op-bench.ts";
import { paperRun } from "../paper-run.ts";
import { specsOf } from "../params.ts";
import { scattered, timeKernels, totalOf } from "../rig.ts";
import type { Work } from "../rig.ts";
import type { Shape } from "../shapes.ts";

/** The share of a matrix that is left out, as in the paper's scripts. */
const frozenShare = 0.3;
/** A selection may take so much of a run. */
const mostShare = 0.01;

const bySorting: RankFinder = (s, scores, rank) => {
  const sorted = s.temporary("sorted", [sizeOf(scores.shape)]);
  sortAscending(s, scores, sorted);
  s.free(sorted);
  return { sorted, index: rank };
};

/** By radix selection, as training does, and by a sort. */
const finders = [
  { name: "radix", find: undefined, held: radixBytes },
  { name: "bitonic", find: bySorting, held: (largest: number) => 4 * largest },
] as const;

function radixBytes(): number {
  const mem = createArena(null);
  reserveRadix(mem);
  return Object.values(mem.bytes()).reduce((sum, bytes) => sum + bytes, 0);
}

/** A selection in every matrix of a model, and what the selections of a run come to. */
export const select: Op = {
  id: "select",
  async run(bench) {
    for (const { name, sizes } of bench.shapes) {
      const wanted = finders.filter((finder) => bench.variants?.includes(finder.name) !== false);
      const stepMs = await stepFromLayers(bench.engine, sizes);
      for (const finder of wanted) await selectionOf(bench, name, sizes, finder, stepMs);
      bench.line(
        `A run is ${paperRun.steps} steps of ${stepMs.toFixed(0)} ms each, as its models of one and two layers have it.`,
      );
    }
  },
};

async function selectionOf(
  bench: OpBench,
  name: string,
  sizes: Shape,
  { name: variant, find, held }: (typeof finders)[number],
  stepMs: number,
): Promise<void> {
  const counts = new Map<number, number>();
  for (const { selectable, shape } of specsOf(sizes)) {
    if (selectable) counts.set(sizeOf(shape), (counts.get(sizeOf(shape)) ?? 0) + 1);
  }
  let [ms, bytes, matrices] = [0, 0, 0];
  for (const [size, count] of counts) {
    const work = workOn(size, find);
    const once = totalOf(await timeKernels(bench.engine, work));
    const moved = sumOf(costsOf(bench.engine, work).values()).bytes;
    row(bench, `${name}, ${count} of ${size}`, variant, once, { amount: moved, unit: "B" });
    [ms, bytes, matrices] = [ms + count * once, bytes + count * moved, matrices + count];
  }
  const share = (paperRun.selections * ms) / (paperRun.steps * stepMs);
  const verdict = share <= mostShare ? "within" : "ABOVE";
  bench.line(
    `${name} by ${variant}: ${ms.toFixed(1)} ms for its ${matrices} matrices, ${formatBytes(bytes)} moved, ` +
      `${formatBytes(held(Math.max(...counts.keys())))} held beside scores and masks.`,
  );
  bench.line(
    `  ${paperRun.selections} selections are ${(100 * share).toFixed(3)} % of the run, ${verdict} ${100 * mostShare} %.`,
  );
}

function workOn(size: number, find: RankFinder | undefined): Work {
  return (mem, fill) => {
    const scores = mem.tensor("method", "scores", [size]);
    const mask = mem.tensor("method", "mask", [Math.ceil(size / 32)], "u32");
    const stats = mem.tensor("method", "stats", [1, 8], "u32");
    fill(scores, scattered(size));
    return (s) => selectTop(s, { scores, mask }, frozenShare, stats, 0, find);
  };
}
