import { median } from "simple-statistics";
import { formatTable } from "../../src/cli/report/text-table.ts";
import type { Method } from "../../src/methods/method.ts";
import type { Control, Engine } from "../../src/train/engine.ts";
import { openSession } from "../../src/train/finetuning/session.ts";
import { momentsOf } from "../../src/train/subnetwork/moments.ts";
import { paperRun } from "./paper-run.ts";
import { weightedRun } from "./shapes.ts";
import type { BatchSize, Shape } from "./shapes.ts";

/** Steps of the two runs: enough for ten selections at a twentieth of the run a stage. */
const stepCount = 40;
const silent = { phase: () => {}, steps: () => {}, evaluation: () => {}, selection: () => {}, snapshot: () => {} };

/** What it costs to look at a method's subnetwork. */
interface WatchingFigures {
  readonly id: string;
  /** Median step of the run that nobody watches. */
  readonly stepMs: number;
  /** What a look adds to its step, as a median. */
  readonly lookMs: number;
  readonly looks: number;
}

/**
 * Trains a watched and an unwatched run of every method step by step in turn, the device idle between, so that a drift of
 * the machine meets both alike; what a look costs is the difference of the two steps.
 */
export async function watchingLines(
  engine: Engine,
  methods: readonly Method[],
  shape: Shape,
  batch: BatchSize,
): Promise<readonly string[]> {
  const figures: WatchingFigures[] = [];
  for (const method of methods) figures.push(await measure(engine, method, shape, batch));
  const share = ({ looks, lookMs, stepMs }: WatchingFigures, steps: number): string =>
    `${((100 * looks * lookMs) / (steps * stepMs)).toFixed(2)} %`;
  return formatTable(
    ["method", "ms a step", "ms a look", "looks", `of ${paperRun.stepsPerEpoch} steps`, `of ${paperRun.steps} steps`],
    figures.map((row) => [
      row.id,
      row.stepMs.toFixed(1),
      row.lookMs.toFixed(1),
      `${row.looks}`,
      share(row, paperRun.stepsPerEpoch),
      share(row, paperRun.steps),
    ]),
  );
}

async function measure(engine: Engine, method: Method, shape: Shape, batch: BatchSize): Promise<WatchingFigures> {
  const turns = new Turns();
  const [unwatched, watched] = await Promise.all(
    [false, true].map(async (looked, place) => {
      const request = { ...weightedRun(shape, batch, method, stepCount), watched: looked };
      const session = await openSession(engine, request, silent);
      const times: number[] = [];
      let begun = 0;
      const gate: Control["gate"] = async () => {
        await engine.device.gpu.queue.onSubmittedWorkDone();
        if (begun > 0) times.push(performance.now() - begun);
        turns.give(1 - place);
        await turns.take(place);
        begun = performance.now();
      };
      await turns.take(place);
      await session.train({ gate });
      turns.end();
      const moments = momentsOf(session.parts.method, stepCount).map(({ step }) => step);
      session.dispose();
      return { times, moments };
    }),
  );
  const { times = [], moments = [] } = watched ?? {};
  // The first look compiles nothing, but makes its bind groups; the last one falls into the evaluation.
  const steps = moments.slice(1, -1);
  const added = steps.map((step) => (times[step - 1] ?? Number.NaN) - (unwatched?.times[step - 1] ?? Number.NaN));
  return { id: method.id, stepMs: median(unwatched?.times ?? []), lookMs: median(added), looks: moments.length };
}

/** Two that go on in turn, until one has ended. */
class Turns {
  #next = 0;
  #over = false;
  #waiting: (() => void) | null = null;

  async take(place: number): Promise<void> {
    while (!this.#over && this.#next !== place) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  give(place: number): void {
    this.#next = place;
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  #wake(): void {
    const wake = this.#waiting;
    this.#waiting = null;
    wake?.();
  }
}
