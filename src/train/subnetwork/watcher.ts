import type { SubnetworkRecord, SubnetworkSnapshot } from "../../contract/subnetwork.ts";
import { asAppError } from "../../core/errors.ts";
import type { AppError } from "../../core/errors.ts";
import { sizeOf } from "../../core/shape.ts";
import { Readback } from "../../gpu/readback.ts";
import type { Device } from "../../gpu/device.ts";
import type { Scope } from "../../nn/scope.ts";
import { momentsOf } from "./moments.ts";
import type { Moment } from "./moments.ts";
import { recordSnapshot } from "./recording.ts";
import { snapshotOf } from "./snapshot.ts";
import type { Watch } from "./watch.ts";

/** Masks of one selection above this size are not read back: they would hold the training up. */
const mostMaskBytes = 2 ** 26;

/**
 * Told of a snapshot. `masks`: the bits of all matrices one after another, each from a word of its own; null: not fresh,
 * or too large.
 */
export type TellSnapshot = (snapshot: SubnetworkSnapshot, masks: Uint32Array | null) => void;

/** Looks at a run's subnetwork when it is time, and tells of it without holding the device up. */
export class Watcher {
  readonly #watch: Watch;
  readonly #tell: TellSnapshot;
  readonly #counts: Readback;
  /** null where there are none, or they are too large. */
  readonly #masks: Readback | null;
  /** Those still to come. */
  readonly #moments: Moment[];
  #seen = 0;
  #last: Moment | null = null;
  /** Never rejects: it resolves with what went wrong, or null. */
  #reading: Promise<AppError | null> = Promise.resolve(null);

  constructor(
    device: Device,
    watch: Watch,
    run: Parameters<typeof momentsOf>[0],
    maxSteps: number,
    tell: TellSnapshot,
  ) {
    this.#watch = watch;
    this.#tell = tell;
    this.#counts = new Readback(device, watch.counts);
    const { masks } = watch;
    this.#masks = masks === null || sizeOf(masks.shape) * 4 > mostMaskBytes ? null : new Readback(device, masks);
    this.#moments = [...momentsOf(run, maxSteps)];
  }

  /** What does not change over the run. */
  get head(): Pick<SubnetworkRecord, "drawn" | "headCount" | "matrices"> {
    const { drawn, headCount, params } = this.#watch;
    return { drawn, headCount, matrices: params.map(({ matrix }) => matrix) };
  }

  /** Takes what was looked at up to a step as told: the run goes on behind it, with what the watch had counted. */
  skipTo(step: number): void {
    for (let next = this.#moments[0]; next !== undefined && next.step <= step; next = this.#moments[0]) {
      this.#moments.shift();
      if (next.fresh) this.#seen += 1;
      this.#last = next;
    }
  }

  /** Call after every step was sent, with 0 before the first. `scopeOf`: the step's. Errors: device-lost, device-error. */
  async after(step: number, scopeOf: () => Scope): Promise<void> {
    const [next] = this.#moments;
    if (next === undefined || next.step > step) return;
    this.#moments.shift();
    await this.#take(next, scopeOf);
  }

  /** Call after the last step, which may come before it was due; waits until all is told. Errors: as after(). */
  async end(step: number, scopeOf: () => Scope): Promise<void> {
    const last = this.#last;
    const draws = this.#watch.params.every(({ mask }) => mask === null);
    if (draws && step !== last?.step) await this.#take({ step, cycle: this.#seen, fresh: true }, scopeOf);
    if (!draws && last !== null && step !== last.step) await this.#take({ ...last, step, fresh: false }, scopeOf);
    await this.settle();
  }

  async #take(moment: Moment, scopeOf: () => Scope): Promise<void> {
    // What is read may be written over only then.
    await this.settle();
    recordSnapshot(this.#watch, scopeOf(), moment.fresh);
    if (moment.fresh) this.#seen += 1;
    this.#last = moment;
    this.#reading = this.#read(moment, this.#seen).catch(asAppError);
  }

  /** Waits until all that was looked at is told. Errors: device-lost, device-error. */
  async settle(): Promise<void> {
    const thrown = await this.#reading;
    this.#reading = Promise.resolve(null);
    if (thrown !== null) throw thrown;
  }

  dispose(): void {
    this.#counts.dispose();
    this.#masks?.dispose();
  }

  async #read(moment: Moment, seen: number): Promise<null> {
    // Both are asked for before either is waited for: what follows on the device may write over them.
    const [counts, masks] = await Promise.all([
      this.#counts.read(),
      moment.fresh ? (this.#masks?.read() ?? null) : null,
    ]);
    const snapshot = snapshotOf(this.#watch, new Uint32Array(counts), moment, seen);
    this.#tell(snapshot, masks === null ? null : new Uint32Array(masks));
    return null;
  }
}
