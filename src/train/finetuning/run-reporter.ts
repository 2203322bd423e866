import type { EvaluationRecord, SelectionRecord, StepRecord } from "../../contract/run.ts";
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

/** Tells of step results and selections a few times a second, without holding the device up. */
export class RunReporter {
  readonly #device: Device;
  readonly #parts: Assembly;
  readonly #listener: Listener;
  readonly #known: (step: number) => Pick<StepRecord, "learningRate" | "tokens">;
  readonly #ring: ResultsRing;
  /** Selections that need no telling any more. */
  #selected: number;

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
    const steps = rows.map(({ step, values: [loss = Number.NaN, gradNorm = Number.NaN] }) => ({
      step,
      loss,
      gradNorm,
      stage: this.#parts.method.stage(step),
      ...this.#known(step),
    }));
    // A selection of steps that went wrong is told as well: it may say why.
    try {
      tellFinite(
        steps,
        ({ loss }) => loss,
        (good) => this.#listener.steps(good),
      );
    } finally {
      await this.#readSelections(rows.at(-1)?.step ?? 0);
    }
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
