import type { SubnetworkRecord, SubnetworkSnapshot } from "../../contract/subnetwork.ts";
import { asAppError } from "../../core/errors.ts";
import type { AppError } from "../../core/errors.ts";
import { Readback } from "../../gpu/readback.ts";
import type { Device } from "../../gpu/device.ts";
import type { Scope } from "../../nn/scope.ts";
import { momentsOf } from "./moments.ts";
import type { Moment } from "./moments.ts";
import { recordSnapshot } from "./recording.ts";
import { snapshotOf } from "./snapshot.ts";
import type { Watch } from "./watch.ts";

/** Looks at a run's subnetwork when it is time, and tells of it without holding the device up. */
export class Watcher {
  readonly #watch: Watch;
  readonly #tell: (snapshot: SubnetworkSnapshot) => void;
  readonly #counts: Readback;
  /** Those still to come. */
  readonly #moments: Moment[];
  #seen = 0;
  /** Never rejects: it resolves with what went wrong, or null. */
  #reading: Promise<AppError | null> = Promise.resolve(null);

  constructor(
    device: Device,
    watch: Watch,
    run: Parameters<typeof momentsOf>[0],
    maxSteps: number,
    tell: (snapshot: SubnetworkSnapshot) => void,
  ) {
    this.#watch = watch;
    this.#tell = tell;
    this.#counts = new Readback(device, watch.counts);
    this.#moments = [...momentsOf(run, maxSteps)];
  }

  /** What does not change over the run. */
  get head(): Pick<SubnetworkRecord, "drawn" | "headCount" | "matrices"> {
    const { drawn, headCount, params } = this.#watch;
    return { drawn, headCount, matrices: params.map(({ matrix }) => matrix) };
  }

  /** Call after every step was sent, with 0 before the first. `scopeOf`: the step's. Errors: device-lost, device-error. */
  async after(step: number, scopeOf: () => Scope): Promise<void> {
    const [next] = this.#moments;
    if (next === undefined || next.step > step) return;
    this.#moments.shift();
    // What is read may be written over only then.
    await this.settle();
    recordSnapshot(this.#watch, scopeOf(), next.fresh);
    if (next.fresh) this.#seen += 1;
    this.#reading = this.#read(next, this.#seen).catch(asAppError);
  }

  /** Waits until all that was looked at is told. Errors: device-lost, device-error. */
  async settle(): Promise<void> {
    const thrown = await this.#reading;
    this.#reading = Promise.resolve(null);
    if (thrown !== null) throw thrown;
  }

  dispose(): void {
    this.#counts.dispose();
  }

  async #read(moment: Moment, seen: number): Promise<null> {
    const words = new Uint32Array(await this.#counts.read());
    this.#tell(snapshotOf(this.#watch, words, moment, seen));
    return null;
  }
}
