import type { Profile, ProfiledPart } from "../contract/engine/profile.ts";
import type { Device } from "../gpu/device.ts";
import { KernelTimer } from "../gpu/timing.ts";

/** Steps that are profiled where nobody says how many. */
const usualSteps = 20;

/** Times the first steps of the first run that is opened with it, and the evaluations among them. */
export class Profiler {
  /** What was measured, once the last step was or the profiler is disposed of. */
  readonly done: Promise<Profile>;
  readonly #run: RunProfile;
  readonly #end: () => void;
  #claimed = false;

  constructor(device: Device, stepCount = usualSteps) {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#end = end;
    this.#run = new RunProfile(device, stepCount, end);
    this.done = ended.then(() => this.profile);
  }

  /** For the first run that asks; null for all others. */
  claim(): RunProfile | null {
    if (this.#claimed) return null;
    this.#claimed = true;
    return this.#run;
  }

  /** What was measured so far. */
  get profile(): Profile {
    return { timestamps: this.#run.timer !== null, parts: this.#run.parts };
  }

  dispose(): void {
    this.#end();
    this.#run.timer?.dispose();
  }
}

/** The parts of one run, one after another. */
export class RunProfile {
  /** null where the device has no timestamps: then parts are timed as a whole. */
  readonly timer: KernelTimer | null;
  readonly parts: ProfiledPart[] = [];
  readonly #device: Device;
  readonly #onEnd: () => void;
  #stepsLeft: number;

  constructor(device: Device, stepCount: number, onEnd: () => void) {
    this.#device = device;
    this.#onEnd = onEnd;
    this.#stepsLeft = stepCount;
    this.timer = KernelTimer.supported(device) ? new KernelTimer(device) : null;
  }

  /** Whether a part is to be timed. An evaluation behind the last step still is; from the next step on nothing is. */
  wants(step: number | null): boolean {
    if (step === null) return this.#stepsLeft >= 0;
    if (this.#stepsLeft >= 0) this.#stepsLeft -= 1;
    if (this.#stepsLeft < 0) this.#onEnd();
    return this.#stepsLeft >= 0;
  }

  /** Does work that records and submits, and waits for the device to have done it. Errors: those of `work`. */
  async part(step: number | null, work: () => Promise<void> | void): Promise<void> {
    const startMs = performance.now();
    await work();
    const recordedMs = performance.now() - startMs;
    await this.#device.answered(this.#device.gpu.queue.onSubmittedWorkDone());
    const elapsedMs = performance.now() - startMs;
    const { spans, untimedCount } = (await this.timer?.spans()) ?? { spans: [], untimedCount: 0 };
    this.parts.push({ step, startMs, recordedMs, elapsedMs, spans, untimedCount });
  }
}
