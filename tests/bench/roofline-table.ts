import { summarizeProfile } from "../../src/analysis/time/profile.ts";
import { formatTable } from "../../src/cli/report/text-table.ts";
import { formatBytes } from "../../src/core/format.ts";
import { vanilla } from "../../src/methods/vanilla.ts";
import type { Engine } from "../../src/train/engine.ts";
import { planOnDevice } from "../../src/train/finetuning/plan.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import { Profiler } from "../../src/train/profiler.ts";
import { tunedFor } from "./engine.ts";
import type { Peaks } from "./peaks.ts";
import { paperMs, paperStepMs, stepCosts } from "./roofline.ts";
import { sumOf } from "./cost.ts";
import { batches, plannedRun, shapes, weightedRun } from "./shapes.ts";
import type { ShapeName } from "./shapes.ts";

const batch = batches.full;
const onPaper: readonly ShapeName[] = ["tiny", "mini", "base", "large"];
/** Larger ones take minutes on a software GPU. */
const measured: readonly ShapeName[] = ["tiny", "mini"];
const measuredSteps = 4;
const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {} };

/** A shape's step: what it costs, what that takes on paper, and where it was measured what it took. */
interface Column {
  readonly name: ShapeName;
  readonly costs: ReturnType<typeof stepCosts>;
  readonly memoryBytes: number;
  /** Why the device cannot hold it. */
  readonly problem: string | null;
  /** Milliseconds by family; null where it was not measured. */
  readonly took: { readonly stepMs: number; readonly families: ReadonlyMap<string, number> } | null;
}

/** Vanilla's step on paper, family by family, beside what was measured. */
export async function rooflineLines(engine: Engine, peaks: Peaks): Promise<readonly string[]> {
  const columns: Column[] = [];
  for (const name of onPaper) columns.push(await columnOf(engine, name));
  const headings = columns.flatMap(({ name, took }) => [name, ...(took === null ? [] : ["measured"])]);
  const row = (label: string, of: (column: Column) => readonly [paper: string, measured: string]) => [
    label,
    ...columns.flatMap((column) => of(column).slice(0, column.took === null ? 1 : 2)),
  ];
  const families = [...new Set(columns.flatMap(({ costs }) => [...costs.keys()]))];
  const ms = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(3));
  const rows = [
    ...families.map((family) =>
      row(family, ({ costs, took }) => {
        const cost = costs.get(family);
        return [ms(cost === undefined ? undefined : paperMs(cost, peaks)), ms(took?.families.get(family))];
      }),
    ),
    row("a step, ms", ({ costs, took }) => [ms(paperStepMs(costs, peaks)), ms(took?.stepMs)]),
    row("GFLOP", ({ costs }) => [(sumOf(costs.values()).flops / 1e9).toFixed(1), ""]),
    row("moved", ({ costs }) => [formatBytes(sumOf(costs.values()).bytes), ""]),
    row("memory", ({ memoryBytes }) => [formatBytes(memoryBytes), ""]),
    row("fits", ({ problem }) => [problem === null ? "yes" : "no", ""]),
  ];
  return [
    `A step of vanilla, ${batch.rows} x ${batch.tokens} tokens, in ms: on paper, each op at the adapter's peak, and measured`,
    "",
    ...formatTable(["", ...headings], rows),
    "",
    "On paper: products and attention by what they compute, all else by what it moves; attention by the portable kernels.",
  ];
}

async function columnOf(engine: Engine, name: ShapeName): Promise<Column> {
  const request = plannedRun(shapes[name], batch, vanilla, measuredSteps);
  const { plan, problem } = planOnDevice(request, engine);
  const took = measured.includes(name) ? await stepTook(await tunedFor(engine, request), name) : null;
  return { name, costs: stepCosts(request), memoryBytes: plan.totalBytes, problem, took };
}

async function stepTook(engine: Engine, name: ShapeName): Promise<NonNullable<Column["took"]>> {
  const profiler = new Profiler(engine.device, measuredSteps);
  const session = await openSession(
    { ...engine, profiler },
    weightedRun(shapes[name], batch, vanilla, measuredSteps),
    silent,
  );
  for (let step = 1; step <= measuredSteps; step++) await session.submitStep(step);
  session.dispose();
  const { elapsedMs, families } = summarizeProfile(profiler.profile);
  profiler.dispose();
  return { stepMs: elapsedMs, families: new Map(families.map(({ family, stepMs }) => [family, stepMs])) };
}
