import type { RunRecord, SavedRun } from "../../contract/run.ts";
import type { Session } from "../../train/finetuning/session.ts";
import type { RunState, StateTensor } from "../../train/run-state.ts";
import type { MadeBy } from "./run-file.ts";
import { writeRunFile } from "./run-file.ts";

/** A run is saved so often: what a crash takes is worth no more, and reading a large model back stays far below 1 %. */
export const usualEveryMs = 120_000;
/** Of a run's time, the most that saving it may take. */
const largestShare = 0.01;

/** How runs are saved. */
export interface SavingOptions {
  readonly everyMs?: number;
  /** Told of every file that is saved, to keep it where it outlives the program; it takes the place of the run's last. */
  readonly onSaved?: (saved: SavedRun) => void;
}

/** A run that has begun. */
interface SavedLane {
  readonly id: string;
  readonly session: Pick<Session, "state" | "done">;
  /** What was told of it so far. */
  readonly record: () => RunRecord;
  /** What was seen of its selections. */
  readonly masks: () => ReadonlyMap<number, Uint32Array | null>;
}

/** When a run was saved, and is to be saved next. */
interface Schedule {
  dueMs: number;
  /** Not before, even where it is to be soon. */
  restMs: number;
  step: number;
  writing: Promise<void> | null;
}

/** The runs that are under way as files to go on from, the last of each: in memory, and wherever `onSaved` puts them. */
export class Checkpoints {
  readonly #everyMs: number;
  readonly #onSaved: NonNullable<SavingOptions["onSaved"]>;
  readonly #files = new Map<string, Blob>();
  readonly #schedules = new Map<string, Schedule>();

  constructor({ everyMs = usualEveryMs, onSaved = () => {} }: SavingOptions = {}) {
    this.#everyMs = everyMs;
    this.#onSaved = onSaved;
  }

  /** The file of a run that may go on; undefined where there is none. */
  of(run: string): Blob | undefined {
    return this.#files.get(run);
  }

  /** Takes a file in that was saved earlier. */
  adopt(run: string, file: Blob): void {
    this.#files.set(run, file);
  }

  /** A run begins, or goes on. */
  begin(run: string): void {
    const nowMs = performance.now();
    this.#schedules.set(run, { dueMs: nowMs + this.#everyMs, restMs: nowMs, step: 0, writing: null });
  }

  /** All that are under way are to be saved soon, as far as their share of the time allows: the program may be ended. */
  hurry(): void {
    for (const schedule of this.#schedules.values()) schedule.dueMs = Math.min(schedule.dueMs, schedule.restMs);
  }

  /** The run has ended and is not to go on. */
  drop(run: string): void {
    this.#files.delete(run);
    this.#schedules.delete(run);
  }

  /** Whether it is time to save a run. */
  isDue(run: string): boolean {
    const schedule = this.#schedules.get(run);
    return schedule !== undefined && schedule.writing === null && performance.now() >= schedule.dueMs;
  }

  /** Waits until what is being saved of a run is. */
  async written(run: string): Promise<void> {
    await this.#schedules.get(run)?.writing;
  }

  /**
   * Saves a run that stands between two steps; it may go on once this resolves, while its state is still being read.
   * Errors: not-finite, device-lost, device-error.
   */
  async save({ id, session, record, masks }: SavedLane, made: MadeBy): Promise<void> {
    const schedule = this.#schedules.get(id);
    if (schedule === undefined || session.done === schedule.step) return;
    const beganMs = performance.now();
    schedule.dueMs = beganMs + this.#everyMs;
    const state = await session.state();
    if (state === null) return;
    const [told, seen] = [record(), masks()];
    schedule.step = state.step;
    const pack = (tensors: readonly StateTensor[]): Blob => writeRunFile(told, made, tensors, seen);
    schedule.writing = this.#write(told, schedule, performance.now() - beganMs, state, pack);
  }

  /** Never rejects: a loss is found by whoever trains. `heldMs`: what the run has waited for so far. */
  async #write(
    told: RunRecord,
    schedule: Schedule,
    heldMs: number,
    state: RunState,
    pack: (tensors: readonly StateTensor[]) => Blob,
  ): Promise<void> {
    const { id } = told;
    try {
      const tensors = await state.tensors;
      const beganMs = performance.now();
      const file = tensors && pack(tensors);
      // It may have ended meanwhile.
      if (file !== null && this.#schedules.get(id) === schedule) {
        this.#files.set(id, file);
        const { stepCount, subnetwork } = told;
        this.#onSaved({ run: id, step: state.step, stepCount, watched: subnetwork !== null, file });
      }
      const costMs = heldMs + performance.now() - beganMs;
      // Without memory for one there will be none for the next.
      schedule.restMs = file === null ? Infinity : beganMs + costMs / largestShare;
      schedule.dueMs = Math.max(beganMs + this.#everyMs, schedule.restMs);
    } catch {
      // It is tried again when it is due.
    } finally {
      schedule.writing = null;
    }
  }
}
