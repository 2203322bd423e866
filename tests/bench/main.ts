import { parseArgs } from "node:util";
import { dpsDense } from "../../src/methods/dps-dense.ts";
import { dpsMix } from "../../src/methods/dps-mix.ts";
import { methods } from "../../src/methods/index.ts";
import { vanilla } from "../../src/methods/vanilla.ts";
import { lanesOf } from "../../src/nn/tuning/candidates.ts";
import type { Engine } from "../../src/train/engine.ts";
import { describeChoice, openEngine, tunedFor } from "./engine.ts";
import { batch as opBatch, headings } from "./op-bench.ts";
import { ops } from "./ops/index.ts";
import { paperRun } from "./paper-run.ts";
import { measurePeaks } from "./peaks.ts";
import type { Peaks } from "./peaks.ts";
import { rooflineLines } from "./roofline-table.ts";
import { batches, plannedRun, shapes } from "./shapes.ts";
import type { ShapeName } from "./shapes.ts";
import { ratioTable, shareTable } from "./step-tables.ts";
import { measureSteps, modelState } from "./steps.ts";
import { savingLines } from "./saving.ts";
import { storageLine } from "./storage.ts";
import { thriftLines } from "./thrift.ts";
import { watchingLines } from "./watching.ts";
import type { Figures } from "./steps.ts";

/**
 * npm run bench: a training step of every method, side by side in one run, as ratios to the first method; within three
 * minutes on a software GPU of two cores. --op times one op alone; --roofline sets steps on paper beside measured ones;
 * --watching says what it costs to look at a subnetwork, --saving what it costs to save a run, and what results take,
 * --thrift what it costs to save memory.
 */
const usage = `npm run bench -- [--shape ${Object.keys(shapes).join("|")}] [--seconds N] [--json]
npm run bench -- --op ${ops.map(({ id }) => id).join("|")} [--shape A,B] [--variants A,B]
npm run bench -- --roofline
npm run bench -- --watching|--saving|--thrift [--shape ${Object.keys(shapes).join("|")}]`;

const { values: options } = parseArgs({
  options: {
    op: { type: "string" },
    shape: { type: "string" },
    variants: { type: "string" },
    roofline: { type: "boolean" },
    watching: { type: "boolean" },
    saving: { type: "boolean" },
    thrift: { type: "boolean" },
    seconds: { type: "string", default: "150" },
    json: { type: "boolean" },
  },
});

const line = (text: string): void => console.log(text);

function refuse(problem: string): never {
  console.error(`${problem}\n${usage}`);
  process.exit(2);
}

function shapesOf(text: string): readonly ShapeName[] {
  const names = Object.keys(shapes) as ShapeName[];
  return text.split(",").map((word) => names.find((name) => name === word) ?? refuse(`There is no shape "${word}".`));
}

function about({ device }: Engine): string {
  const { vendor, architecture, description } = device.record;
  return `${vendor} ${architecture} ${description}`.trim();
}

async function announcedPeaks(engine: Engine): Promise<Peaks> {
  const peaks = await measurePeaks(engine);
  line(`On ${about(engine)}: at most ${peaks.gigaflops.toFixed(1)} GFLOP/s and ${peaks.gigabytes.toFixed(1)} GB/s\n`);
  return peaks;
}

async function benchOp(engine: Engine, id: string): Promise<void> {
  const op = ops.find((one) => one.id === id) ?? refuse(`There is no op "${id}".`);
  const names = shapesOf(options.shape ?? (id === "select" ? "base" : "tiny,mini,base,large"));
  const bench = {
    engine,
    lanes: lanesOf(engine.device),
    peaks: await announcedPeaks(engine),
    shapes: names.map((name) => ({ name, sizes: shapes[name] })),
    variants: options.variants?.split(",") ?? null,
    line,
  };
  line(`${id}, ${opBatch.rows} x ${opBatch.tokens} tokens`);
  headings(bench);
  await op.run(bench);
}

async function benchSteps(portable: Engine): Promise<void> {
  const [name = "page", ...more] = shapesOf(options.shape ?? "page");
  if (more.length > 0) refuse("One shape at a time.");
  const shape = shapes[name];
  const batch = name === "page" ? batches.short : batches.full;
  const engine = await tunedFor(portable, plannedRun(shape, batch, vanilla, paperRun.steps));
  if (options.json !== true) {
    line(`The shape "${name}", batch ${batch.rows} x ${batch.tokens} tokens, dropout 0, on ${about(engine)}`);
    line("Kernels that were chosen:");
    for (const text of describeChoice(engine)) line(text);
    line("");
  }
  const figures = await measureSteps({ engine, shape, batch, seconds: Number(options.seconds) });
  if (options.json === true) {
    const { record } = engine.device;
    const [base] = figures;
    const ratios = (row: Figures, { stepMs, ...first } = base ?? row) => {
      return { time: row.stepMs / stepMs, modelState: modelState(row) / modelState(first) };
    };
    const ratioToVanilla = figures.map((row) => [row.id, ratios(row)]);
    const result = { device: record, shape, batch, kernels: engine.choice, methods: figures };
    line(JSON.stringify({ ...result, ratioToVanilla: Object.fromEntries(ratioToVanilla) }));
    return;
  }
  for (const text of ratioTable(figures)) line(text);
  line(`\nOver a cycle of two stages of ${paperRun.stageSteps} steps, as in the paper's run on RTE.\n`);
  for (const text of shareTable(figures)) line(text);
}

/** The methods that select anew in every cycle. */
async function benchWatching(portable: Engine): Promise<void> {
  const [name = "page"] = shapesOf(options.shape ?? "page");
  const batch = name === "page" ? batches.short : batches.full;
  const engine = await tunedFor(portable, plannedRun(shapes[name], batch, vanilla, paperRun.steps));
  line(`The shape "${name}", batch ${batch.rows} x ${batch.tokens} tokens, on ${about(engine)}`);
  for (const text of await watchingLines(engine, [dpsDense, dpsMix], shapes[name], batch)) line(text);
}

/** The method with the least state, and that with the most. */
async function benchSaving(portable: Engine): Promise<void> {
  const [name = "page"] = shapesOf(options.shape ?? "page");
  const batch = name === "page" ? batches.short : batches.full;
  const engine = await tunedFor(portable, plannedRun(shapes[name], batch, vanilla, paperRun.steps));
  line(`The shape "${name}", batch ${batch.rows} x ${batch.tokens} tokens, on ${about(engine)}`);
  for (const text of await savingLines(engine, [vanilla, dpsMix], shapes[name], batch)) line(text);
  line(await storageLine());
}

/** The method with the least state, and that with the most. */
async function benchThrift(engine: Engine): Promise<void> {
  const [name = "page"] = shapesOf(options.shape ?? "page");
  if (name === "large") refuse("Four runs of that shape are too much at once.");
  const batch = name === "page" ? batches.short : batches.full;
  line(`The shape "${name}", batch ${batch.rows} x ${batch.tokens} tokens, on ${about(engine)}`);
  for (const text of await thriftLines(engine, [vanilla, dpsMix], shapes[name], batch)) line(text);
}

if (methods[0] !== vanilla) throw new Error("Ratios are to the first method, and that is no longer vanilla.");
const engine = await openEngine();
if (options.op !== undefined) await benchOp(engine, options.op);
else if (options.roofline === true)
  for (const text of await rooflineLines(engine, await announcedPeaks(engine))) line(text);
else if (options.watching === true) await benchWatching(engine);
else if (options.saving === true) await benchSaving(engine);
else if (options.thrift === true) await benchThrift(engine);
else await benchSteps(engine);
engine.device.destroy();
process.exit(0);
