import { median } from "simple-statistics";
import { formatTable } from "../../src/cli/report/text-table.ts";
import { usualEveryMs } from "../../src/experiment/running/checkpoints.ts";
import { inputsOf } from "../../src/experiment/running/inputs.ts";
import { writeRunFile } from "../../src/experiment/running/run-file.ts";
import { waitingRecord } from "../../src/experiment/running/run-record.ts";
import type { Method } from "../../src/methods/method.ts";
import type { Engine } from "../../src/train/engine.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import type { RunState } from "../../src/train/run-state.ts";
import { weightedRun } from "./shapes.ts";
import type { BatchSize, Shape } from "./shapes.ts";

/** Steps between two looks at the clock, and how often each kind of window is timed. */
const windowSteps = 6;
const turns = 9;
const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {}, snapshot: () => {} };

/**
 * What it costs to save a run: windows of steps with one save in them and windows without take turns in one run, the device
 * idle between, so that a drift of the machine meets both alike. The share is of a run that is saved as often as runs are.
 */
export async function savingLines(
  engine: Engine,
  methods: readonly Method[],
  shape: Shape,
  batch: BatchSize,
): Promise<readonly string[]> {
  const rows: string[][] = [];
  for (const method of methods) rows.push(await measure(engine, method, shape, batch));
  return formatTable(["method", "ms a step", "MB a save", "ms a save", "of a run"], rows);
}

async function measure(engine: Engine, method: Method, shape: Shape, batch: BatchSize): Promise<string[]> {
  const steps = windowSteps * (2 * turns + 1);
  const request = weightedRun(shape, batch, method, steps + 1);
  const session = await openSession(engine, request, silent);
  const unplanned = (): never => {
    throw new Error("Nothing is planned here.");
  };
  const record = waitingRecord({ id: method.id, setting: {}, request, planned: unplanned });
  const { record: device } = engine.device;
  const made = { device, kernels: engine.choice, build: engineBuild, ...inputsOf(request) };
  const times: [plain: number[], saving: number[]] = [[], []];
  let [begun, saving, bytes] = [0, Promise.resolve(), 0];
  const pack = async (state: RunState | null): Promise<void> => {
    ({ size: bytes } = writeRunFile(record, made, (await state?.tensors) ?? []));
  };
  const enough = new Error("Enough was timed.");
  const gate = async (): Promise<void> => {
    if (session.done % windowSteps !== 0) return;
    await saving;
    await engine.device.answered(engine.device.gpu.queue.onSubmittedWorkDone());
    const window = session.done / windowSteps;
    // The first window makes bind groups.
    if (window > 1) times[window % 2 === 0 ? 0 : 1].push(performance.now() - begun);
    if (window > 2 * turns) throw enough;
    begun = performance.now();
    // As in a run: it waits until the copies are asked for, and not for what is read.
    saving = window % 2 === 0 && window > 0 ? pack(await session.state()) : Promise.resolve();
  };
  await session.train({ gate }).catch((error: unknown) => {
    if (error !== enough) throw error;
  });
  session.dispose();
  const [plain, saved] = times.map((one) => median(one));
  const saveMs = (saved ?? 0) - (plain ?? 0);
  const share = `${((100 * saveMs) / usualEveryMs).toFixed(3)} %`;
  return [method.id, ((plain ?? 0) / windowSteps).toFixed(1), (bytes / 1e6).toFixed(0), saveMs.toFixed(1), share];
}
