import { AppError, asAppError } from "../core/errors.ts";
import type { Device } from "../gpu/device.ts";
import { Readback } from "../gpu/readback.ts";
import type { Tensor } from "../gpu/tensor.ts";

const reportEveryMs = 250;
/** Steps that may be written between a look at the ring and the copy of it. */
const spareSlots = 4;

/** One step's row of the results. */
export interface ResultRow {
  readonly step: number;
  /** [8] */
  readonly values: Float32Array;
}

/** The row in which a step leaves its results. */
export function slotOf(step: number, results: Tensor): number {
  return (step - 1) % (results.shape[0] ?? 1);
}

/** Reads the rows that steps leave in a results tensor [slots, 8] a few times a second, without holding the device up. */
export class ResultsRing {
  readonly #results: Tensor;
  readonly #readback: Readback;
  readonly #tell: (rows: readonly ResultRow[]) => Promise<void>;
  #told: number;
  #reading: Promise<void> | null = null;
  #failure: AppError | null = null;
  #lastMs = 0;

  /** `done`: the last step that needs no telling. What `tell` throws, the next report throws. */
  constructor(device: Device, results: Tensor, done: number, tell: (rows: readonly ResultRow[]) => Promise<void>) {
    this.#results = results;
    this.#readback = new Readback(device, results);
    this.#told = done;
    this.#tell = tell;
  }

  /** Tells of the steps up to `step` when it is time, without waiting but where the ring would be overrun. */
  async reportWhenDue(step: number): Promise<void> {
    if (step - this.#told >= (this.#results.shape[0] ?? 0) - spareSlots) await this.report(step);
    if (this.#failure !== null) throw this.#failure;
    if (this.#reading === null && performance.now() - this.#lastMs >= reportEveryMs) void this.#begin(step);
  }

  /** Tells of the steps up to `step` and waits for it. Errors: device-lost, device-error, what `tell` throws. */
  async report(step: number): Promise<void> {
    await this.#reading;
    if (this.#failure === null && this.#told < step) await this.#begin(step);
    if (this.#failure !== null) throw this.#failure;
  }

  dispose(): void {
    this.#readback.dispose();
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
    const all = new Float32Array(await this.#readback.read());
    const rows: ResultRow[] = [];
    for (let at = this.#told + 1; at <= step; at++) {
      const begin = slotOf(at, this.#results) * 8;
      rows.push({ step: at, values: all.subarray(begin, begin + 8) });
    }
    this.#told = step;
    await this.#tell(rows);
  }
}

/**
 * Hands the records before the first that is not finite to `tell`, and refuses that one. `instead`: what may help, beside the
 * usual.
 *
 * Errors: not-finite, naming step, loss and norm.
 */
export function tellFinite<T extends { readonly step: number; readonly gradNorm: number }>(
  records: readonly T[],
  lossOf: (record: T) => number,
  tell: (good: readonly T[]) => void,
  instead = "",
): void {
  const bad = records.findIndex((record) => !Number.isFinite(lossOf(record)) || !Number.isFinite(record.gradNorm));
  const good = bad === -1 ? records : records.slice(0, bad);
  if (good.length > 0) tell(good);
  const found = records[bad];
  if (found === undefined) return;
  throw new AppError(
    "not-finite",
    `At step ${found.step} the loss is ${lossOf(found)} and the gradient's norm ${found.gradNorm}; both must be ` +
      `finite. Try a lower learning rate or a longer warm-up${instead}.`,
  );
}
