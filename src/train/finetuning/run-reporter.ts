import type { EvaluationRecord, SelectionRecord, StepRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { Device } from "../../gpu/device.ts";
import type { Assembly } from "./assembly.ts";
import type { TellSnapshot } from "../subnetwork/watcher.ts";
import { ResultsRing, tellFinite } from "../results-ring.ts";
import type { ResultRow } from "../results-ring.ts";
import { readSelections } from "./selections.ts";

/** Called with what happens in a run; the run's id is added by the caller. */
export interface Listener {
  phase(text: string, done: number, total: number): void;
  steps(steps: readonly StepRecord[]): void;
  evaluation(evaluation: EvaluationRecord): void;
  selection(selection: SelectionRecord): void;
  /** Of a run that is watched. */
  readonly snapshot?: TellSnapshot;
}

/** Steps in a row that may be skipped: the scale is then 2^-40 of what it was, and no gradient is too large for it. */
const mostSkipped = 40;

function stuckAt(step: number): AppError {
  const found = `The last ${mostSkipped} steps up to step ${step} were all skipped: their gradients are not finite at any scale`;
  return new AppError("not-finite", `${found}. Try a lower learning rate, or f32 in place of mixed precision.`);
}

/** Tells of step results and selections a few times a second, without holding the device up. */
export class RunReporter {
  readonly #device: Device;
  readonly #parts: Assembly;
  readonly #listener: Listener;
  readonly #known: (step: number) => Pick<StepRecord, "learningRate" | "tokens">;
  readonly #ring: ResultsRing;
  /** Selections that need no telling any more. */
  #selected: number;
  #skippedInRow = 0;

  /** `known`: what needs no device to say of a step. `done`: the last step that needs no telling. */
  constructor(
    device: Device,
    parts: Assembly,
    listener: Listener,
    known: (step: number) => Pick<StepRecord, "learningRate" | "tokens">,
    done: number,
  ) {
    this.#device = device;
    this.#parts = parts;
    this.#listener = listener;
    this.#known = known;
    this.#ring = new ResultsRing(device, parts.results, done, (rows) => this.#tell(rows));
    this.#selected = selectionsUpTo(parts.method.selections, done);
  }

  /** Reports the steps up to `step` when it is time, without waiting but where the ring would be overrun. */
  async reportWhenDue(step: number): Promise<void> {
    await this.#ring.reportWhenDue(step);
  }

  /** Reports the steps up to `step` and waits for them. Errors: not-finite, device-lost, device-error. */
  async report(step: number): Promise<void> {
    await this.#ring.report(step);
  }

  dispose(): void {
    this.#ring.dispose();
  }

  async #tell(rows: readonly ResultRow[]): Promise<void> {
    const steps = rows.map(({ step, values: [loss = Number.NaN, gradNorm = Number.NaN, skipped = 0] }): StepRecord => ({
      step,
      loss,
      gradNorm,
      stage: this.#parts.method.stage(step),
      ...this.#known(step),
      ...(skipped === 0 ? {} : { skipped: true }),
    }));
    const stuck = this.#stuckAt(steps);
    // A selection of steps that went wrong is told as well: it may say why.
    try {
      tellFinite(
        steps,
        ({ loss }) => loss,
        (good) => this.#listener.steps(good),
        this.#parts.lossScale === null ? "" : ", or f32 in place of mixed precision",
      );
      if (stuck !== null) throw stuckAt(stuck);
    } finally {
      await this.#readSelections(rows.at(-1)?.step ?? 0);
    }
  }

  /** The step up to which so many were skipped in a row that no scale helps; null: it goes on. */
  #stuckAt(steps: readonly StepRecord[]): number | null {
    for (const { step, skipped } of steps) {
      this.#skippedInRow = skipped === true ? this.#skippedInRow + 1 : 0;
      if (this.#skippedInRow === mostSkipped) return step;
    }
    return null;
  }

  async #readSelections(step: number): Promise<void> {
    const { selections } = this.#parts.method;
    if (selections === undefined || selections.stepOf(this.#selected) > step) return;
    for (const record of await readSelections(this.#device, selections, this.#selected, step)) {
      this.#selected = record.cycle + 1;
      this.#listener.selection(record);
    }
  }
}

/** How many selections were made up to a step. */
function selectionsUpTo(selections: Assembly["method"]["selections"], step: number): number {
  let count = 0;
  while (selections !== undefined && count < (selections.stats.shape[0] ?? 0) && selections.stepOf(count) <= step) {
    count += 1;
  }
  return count;
}
