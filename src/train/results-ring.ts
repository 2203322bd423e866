import { AppError, failureOf } from "../core/errors.ts";
import type { Device } from "../gpu/device.ts";
import { Readback } from "../gpu/readback.ts";
import type { Tensor } from "../gpu/tensor.ts";

const reportEveryMs = 250;
/** Steps on the device may still write the rows in front of the one that is read. */
const reserve = 4;

/** One step's row of the results. */
export interface ResultRow {
  readonly step: number;
  /** [8] */
  readonly values: Float32Array;
}

/** Reads the rows that steps leave in a results tensor [slots, 8], step t in row (t - 1) % slots, now and then. */
export class ResultsRing {
  readonly #readback: Readback;
  readonly #slots: number;
  readonly #tell: (rows: readonly ResultRow[]) => void;
  #told: number;
  #reading: Promise<void> | null = null;
  #lastMs = 0;
  #failure: AppError | null = null;

  /** `tell` may throw, and report() then does. `done`: the last step that needs no telling. */
  constructor(device: Device, results: Tensor, done: number, tell: (rows: readonly ResultRow[]) => void) {
    this.#readback = new Readback(device, results);
    this.#slots = results.shape[0] ?? 0;
    this.#told = done;
    this.#tell = tell;
  }

  /**
   * Reads when due, without waiting unless `wait` or the ring is about to be overrun. Errors: device-lost, what `tell`
   * throws.
   */
  async report(step: number, wait: boolean): Promise<void> {
    const full = step - this.#told >= this.#slots - reserve;
    if (this.#reading !== null && (wait || full)) await this.#reading;
    const now = performance.now();
    if (this.#reading === null && (wait || full || now - this.#lastMs >= reportEveryMs)) {
      this.#lastMs = now;
      this.#reading = this.#read(step).finally(() => {
        this.#reading = null;
      });
      // A failed read is thrown by whoever awaits it; the promise itself must not float.
      this.#reading.catch((error: unknown) => {
        this.#failure = asAppError(error);
      });
    }
    if (wait || full) await this.#reading;
    if (this.#failure !== null) throw this.#failure;
  }

  dispose(): void {
    this.#readback.dispose();
  }

  async #read(step: number): Promise<void> {
    const all = new Float32Array(await this.#readback.read());
    const rows: ResultRow[] = [];
    for (let at = this.#told + 1; at <= step; at++) {
      const row = ((at - 1) % this.#slots) * 8;
      rows.push({ step: at, values: all.subarray(row, row + 8) });
    }
    this.#told = step;
    if (rows.length > 0) this.#tell(rows);
  }
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, message } = failureOf(error);
  return new AppError(code, message, { cause: error });
}
