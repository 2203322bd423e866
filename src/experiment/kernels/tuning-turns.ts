import type { KernelsRecord } from "../../contract/engine/kernels.ts";
import { AppError } from "../../core/errors.ts";
import type { TuningProgress } from "./kernel-tuning.ts";

interface Going {
  readonly key: string;
  readonly listeners: Set<TuningProgress>;
  readonly done: Promise<KernelsRecord>;
  abandoned: boolean;
}

/** One timing of kernels at a time: who asks for the same joins it, and who asks for another has it abandoned. */
export class TuningTurns {
  #going: Going | null = null;

  /**
   * `key`: what is asked for. `work`: tells how far it is through what it is given, which throws once it is abandoned.
   * Errors: those of `work`; stopped, when it was abandoned.
   */
  async take(
    key: string,
    progress: TuningProgress,
    work: (progress: TuningProgress) => Promise<KernelsRecord>,
  ): Promise<KernelsRecord> {
    for (let going = this.#going; going !== null; going = this.#going) {
      if (going.key === key && !going.abandoned) {
        going.listeners.add(progress);
        return await going.done;
      }
      going.abandoned = true;
      await going.done.catch(() => undefined);
    }
    const listeners = new Set([progress]);
    const tell: TuningProgress = (text, done, total) => {
      if (mine.abandoned) throw new AppError("stopped", "Other kernels were asked for before these were timed.");
      for (const listener of listeners) listener(text, done, total);
    };
    // In a later turn, for `mine` is not there yet.
    const working = Promise.resolve().then(() => work(tell));
    const done = working.finally(() => {
      if (this.#going === mine) this.#going = null;
    });
    const mine: Going = { key, listeners, done, abandoned: false };
    this.#going = mine;
    return await done;
  }

  /** Ends what is going on, where there is something: it throws `stopped` to all who wait for it. */
  abandon(): void {
    if (this.#going !== null) this.#going.abandoned = true;
  }
}
