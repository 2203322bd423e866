import type { Question } from "../../src/nn/tuning/questions.ts";
import { workOf } from "../../src/nn/tuning/questions.ts";
import type { Needs } from "../../src/nn/kernels.ts";
import { timeOf } from "../../src/nn/tuning/trial.ts";
import { createArena } from "../../src/gpu/arena.ts";
import { createScope, noDropout } from "../../src/nn/scope.ts";
import type { Engine } from "../../src/train/engine.ts";
import { CostRecorder, sumOf } from "./cost.ts";
import type { Peaks } from "./peaks.ts";
import { timeKernels, together } from "./rig.ts";
import type { Rig, Work } from "./rig.ts";
import { batches } from "./shapes.ts";
import type { Shape } from "./shapes.ts";

/** One op that can be timed alone. */
export interface Op {
  /** What stands behind --op. */
  readonly id: string;
  run(bench: OpBench): Promise<void>;
}

/** What an op is timed with. */
export interface OpBench {
  readonly engine: Engine;
  readonly lanes: number;
  readonly peaks: Peaks;
  readonly shapes: readonly { readonly name: string; readonly sizes: Shape }[];
  /** Those that were asked for; null: all that the device can run. */
  readonly variants: readonly string[] | null;
  /** Prints. */
  readonly line: (text: string) => void;
}

/** The batch of every op. */
export const batch = { ...batches.full, count: batches.full.rows * batches.full.tokens } as const;

const widths = [34, 34, 10, 14, 9];

/** The line above an op's rows. */
export function headings(bench: OpBench): void {
  print(bench, ["shape", "variant", "ms", "rate", "of peak"]);
}

function print({ line }: OpBench, cells: readonly string[]): void {
  const padded = cells.map((cell, index) =>
    index < 2 ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0),
  );
  line(padded.join(" ").trimEnd());
}

/** One measurement: so much work in so many milliseconds. */
export function row(
  bench: OpBench,
  shape: string,
  variant: string,
  ms: number,
  { amount, unit }: { readonly amount: number; readonly unit: "FLOP" | "B" },
): void {
  const rate = amount / ms / 1e6;
  const peak = unit === "FLOP" ? bench.peaks.gigaflops : bench.peaks.gigabytes;
  const percent = `${((100 * rate) / peak).toFixed(1)} %`;
  print(bench, [shape, variant, ms.toFixed(3), `${rate.toFixed(1)} G${unit}/s`, percent]);
}

/** A variant so many times slower than the best is not tried on larger shapes. */
const hopeless = 4;

/** Times an op's variants on questions of one kind, smallest first. `asked`: label and question. */
export async function timeVariants(
  bench: OpBench,
  variants: ReadonlyMap<string, Needs>,
  asked: readonly { readonly label: string; readonly question: Question }[],
): Promise<void> {
  const { device, pipelines } = bench.engine;
  const runnable = [...variants].filter(([, { lanes = 0 }]) => lanes <= bench.lanes).map(([name]) => name);
  const left = new Set(bench.variants === null ? runnable : runnable.filter((name) => bench.variants?.includes(name)));
  for (const { label, question } of asked) {
    const times = new Map<string, number>();
    for (const name of left) {
      const { ms } = await timeOf(device, pipelines, question, name);
      times.set(name, ms);
      row(bench, label, name, ms, workOf(question));
    }
    if (bench.variants !== null) continue;
    const best = Math.min(...times.values());
    const slow = [...times].flatMap(([name, ms]) => (ms > hopeless * best ? [name] : []));
    for (const name of slow) left.delete(name);
    if (slow.length > 0) bench.line(`From here on without ${slow.join(", ")}: ${hopeless} times slower than the best.`);
  }
}

/** Times a piece of work kernel by kernel, by the bytes that each must move. */
export async function timeMemory(bench: OpBench, shape: string, work: Work): Promise<void> {
  const costs = costsOf(bench.engine, work);
  for (const [kernel, ms] of await timeKernels(bench.engine, work)) {
    const cost = kernel === together ? sumOf(costs.values()) : costs.get(kernel);
    row(bench, shape, kernel, ms, { amount: cost?.bytes ?? 0, unit: "B" });
  }
}

/** What a piece of work must move, by kernel. */
export function costsOf({ kernels }: Pick<Rig, "kernels">, work: Work): CostRecorder["costs"] {
  const rec = new CostRecorder();
  const mem = createArena(null);
  work(mem, () => {})(createScope({ rec, mem, seed: 1, step: 1, dropout: noDropout, kernels }));
  return rec.costs;
}
