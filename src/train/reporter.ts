import type { EvaluationRecord, SelectionRecord, StepRecord } from "../contract/run.ts";
import { AppError, failureOf } from "../core/errors.ts";
import type { Device } from "../gpu/device.ts";
import { Readback } from "../gpu/readback.ts";
import { resultSlots } from "./assembly.ts";
import type { Assembly } from "./assembly.ts";
import { readSelections } from "./selections.ts";

/** Called with what happens in a run; the run's id is added by the caller. */
export interface Listener {
  phase(text: string, done: number, total: number): void;
  steps(steps: readonly StepRecord[]): void;
  evaluation(evaluation: EvaluationRecord): void;
  selection(selection: SelectionRecord): void;
}

const reportEveryMs = 250;
/** Steps that may be written between a look at the ring and the copy of it. */
const spareSlots = 4;

/** Reads the ring of step results and the selections a few times a second, without holding the device up. */
export class Reporter {
  readonly #device: Device;
  readonly #parts: Assembly;
  readonly #listener: Listener;
  readonly #known: (step: number) => Pick<StepRecord, "learningRate" | "tokens">;
  readonly #results: Readback;
  #reported = 0;
  #selected = 0;
  #reading: Promise<void> | null = null;
  #failure: AppError | null = null;
  #lastMs = 0;

  /** `known`: what needs no device to say of a step. */
  constructor(
    device: Device,
    parts: Assembly,
    listener: Listener,
    known: (step: number) => Pick<StepRecord, "learningRate" | "tokens">,
  ) {
    this.#device = device;
    this.#parts = parts;
    this.#listener = listener;
    this.#known = known;
    this.#results = new Readback(device, parts.results);
  }

  /** Reports the steps up to `step` when it is time, without waiting but where the ring would be overrun. */
  async reportWhenDue(step: number): Promise<void> {
    if (step - this.#reported >= resultSlots - spareSlots) await this.report(step);
    if (this.#failure !== null) throw this.#failure;
    if (this.#reading === null && performance.now() - this.#lastMs >= reportEveryMs) void this.#begin(step);
  }

  /** Reports the steps up to `step` and waits for them. Errors: not-finite, device-lost, device-error. */
  async report(step: number): Promise<void> {
    await this.#reading;
    if (this.#failure === null && this.#reported < step) await this.#begin(step);
    if (this.#failure !== null) throw this.#failure;
  }

  dispose(): void {
    this.#results.dispose();
  }

  /** Never rejects: a failure is kept for whoever asks next. */
  async #begin(step: number): Promise<void> {
    this.#lastMs = performance.now();
    const reading = this.#read(step).catch((error: unknown) => {
      this.#failure = asAppError(error);
    });
    this.#reading = reading;
    await reading;
    this.#reading = null;
  }

  async #read(step: number): Promise<void> {
    const rows = new Float32Array(await this.#results.read());
    const steps: StepRecord[] = [];
    for (let index = this.#reported + 1; index <= step; index++) steps.push(this.#record(index, rows));
    this.#reported = step;
    const bad = steps.findIndex(({ loss, gradNorm }) => !Number.isFinite(loss) || !Number.isFinite(gradNorm));
    const good = bad === -1 ? steps : steps.slice(0, bad);
    if (good.length > 0) this.#listener.steps(good);
    await this.#readSelections(step);
    const found = steps[bad];
    if (found !== undefined) {
      throw new AppError(
        "not-finite",
        `At step ${found.step} the loss is ${found.loss} and the gradient's norm ${found.gradNorm}; both must be ` +
          `finite. Try a lower learning rate or a longer warm-up.`,
      );
    }
  }

  #record(step: number, rows: Float32Array): StepRecord {
    const row = ((step - 1) % resultSlots) * 8;
    return {
      step,
      loss: rows[row] ?? Number.NaN,
      gradNorm: rows[row + 1] ?? Number.NaN,
      stage: this.#parts.method.stage(step),
      ...this.#known(step),
    };
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

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, message } = failureOf(error);
  return new AppError(code, message, { cause: error });
}
