import type { RunEvent, RunRecord } from "../../contract/run.ts";
import { AppError, failureOf, messageOf } from "../../core/errors.ts";
import type { Failure } from "../../core/errors.ts";
import type { Control, Engine } from "../../train/engine.ts";
import { openSession } from "../../train/finetuning/session.ts";
import type { Session } from "../../train/finetuning/session.ts";
import type { OnTrained, PlannedRun } from "../experiment.ts";
import type { KeptSubnetworks } from "../trained/kept-subnetworks.ts";
import type { AnswerKeeper } from "./answers.ts";
import type { Baton } from "./baton.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { RunControl } from "./control.ts";
import { inputsOf } from "./inputs.ts";
import type { MadeBy, RunOnFile } from "./run-file.ts";
import type { SleepWatch } from "./sleep.ts";
import { RunBuilder } from "./run-record.ts";

/** What the lanes of an experiment share. */
export interface LaneWorld {
  readonly engine: Engine;
  readonly control: RunControl;
  readonly baton: Baton;
  readonly kept: KeptSubnetworks;
  readonly keeper: AnswerKeeper | null;
  readonly checkpoints: Checkpoints;
  readonly sleep: SleepWatch;
  readonly emit: (event: RunEvent) => void;
  readonly onTrained: OnTrained;
  /** Whether a run is to be ended. */
  isCancelled(id: string): boolean;
}

/** One run on its way: opened when it is its turn, trained a step at a time, disposed of. */
export class RunLane {
  readonly planned: PlannedRun;
  readonly #world: LaneWorld;
  /** All lanes that have begun, this one among them. */
  readonly #begun: Set<RunLane>;
  #builder: RunBuilder;
  /** null until it is opened. */
  #session: Session | null = null;

  constructor(planned: PlannedRun, world: LaneWorld, begun: Set<RunLane>) {
    this.planned = planned;
    this.#world = world;
    this.#begun = begun;
    this.#builder = this.#newBuilder();
  }

  /** Whether it had the memory that it asked for. */
  get opened(): boolean {
    return this.#session !== null;
  }

  /** Whether somebody watches it. */
  get watched(): boolean {
    return this.#builder.watched !== null;
  }

  /** Tells of its end. */
  end(status: RunRecord["status"], error: Failure | null): RunRecord {
    return this.#builder.end(status, error);
  }

  /** Trains it to its end, from where it was saved if it was. Resolves with what went wrong; null where nothing did. */
  async run(): Promise<Failure | null> {
    const { baton, kept, sleep } = this.#world;
    const saved = await this.#saved();
    if (saved !== null) this.#builder = this.#newBuilder(saved.run);
    await baton.take(0);
    const unfollow = sleep.follow((slept) => this.#builder.slept(slept));
    this.#builder.watch.start();
    try {
      await this.#gate(0);
      this.#builder.begin();
      await this.#train(await this.#open(saved));
      return null;
    } catch (thrown) {
      return failureOf(await this.#world.engine.device.explain(thrown));
    } finally {
      this.#begun.delete(this);
      kept.end(this.planned.id);
      this.#session?.dispose();
      this.#builder.watch.stop();
      unfollow();
      baton.release();
    }
  }

  /** `before`: of a run that goes on. */
  #newBuilder(before?: RunRecord): RunBuilder {
    const { emit, kept, sleep } = this.#world;
    return new RunBuilder(this.planned, emit, kept, before, () => sleep.beat());
  }

  /** Where it goes on; null where it begins. A file that is not of this very run is given up, which is told. */
  async #saved(): Promise<RunOnFile | null> {
    const { checkpoints, emit } = this.#world;
    const { id } = this.planned;
    const file = checkpoints.of(id);
    if (file === undefined) return null;
    try {
      // Fetched when a run goes on: most run from beginning to end.
      const { openRunFile, otherRun } = await import("./run-file-reading.ts");
      const saved = await openRunFile(file, `The checkpoint of ${id}`);
      const other = otherRun(saved, this.planned, this.#made());
      const problem = other ?? ((await saved.isWhole()) ? null : "it is not as it was written");
      if (problem === null) return saved;
      throw new AppError("bad-tensors", `The checkpoint of ${id} is not used, since ${problem}: the run begins anew.`);
    } catch (error) {
      checkpoints.drop(id);
      emit({ kind: "note", text: messageOf(error) });
      return null;
    }
  }

  #made(): MadeBy {
    const { engine } = this.#world;
    const { record: device } = engine.device;
    return { device, kernels: engine.choice, build: engineBuild, ...inputsOf(this.planned.request) };
  }

  async #open(saved: RunOnFile | null): Promise<Session> {
    const { engine, checkpoints, kept } = this.#world;
    const { id, request } = this.planned;
    const from = saved && { state: saved.state, evaluations: saved.run.evaluations };
    const session = await openSession(engine, request, this.#builder, this.planned.planned(), from);
    this.#session = session;
    this.#begun.add(this);
    checkpoints.begin(id);
    this.#builder.memoryBytes = session.plan.bytes;
    this.#builder.watched = session.watched;
    const seen = saved === null ? undefined : await seenMasks(saved, session);
    if (session.watched !== null) kept.begin(id, session, seen);
    this.#builder.begin();
    return session;
  }

  async #train(session: Session): Promise<void> {
    const { onTrained, keeper, kept } = this.#world;
    const control: Control = { gate: (share) => this.#gate(share) };
    await session.train(control);
    await onTrained(session, this.#builder.record("completed", null));
    keeper?.keep(session, this.planned.id);
    // Its time is that of training.
    this.#builder.watch.stop();
    await kept.complete(this.planned.id);
  }

  /** Lets the runs beside this one have their turn, once the device has done what was asked of it. Errors: stopped. */
  async #gate(share: number): Promise<void> {
    const { baton, engine, control } = this.#world;
    const { watch } = this.#builder;
    if (baton.wanted) {
      // Without this the next run would be charged for this one's step.
      await engine.device.answered(engine.device.gpu.queue.onSubmittedWorkDone());
      watch.stop();
      await baton.pass(share);
      watch.start();
    }
    watch.stop();
    await this.#saveWhatIsDue();
    await control.gate();
    watch.start();
    if (this.#world.isCancelled(this.planned.id)) throw new AppError("stopped", "This run was cancelled.");
  }

  /** Saves it when it is time; before a pause, all that have begun, since each stands between two steps. */
  async #saveWhatIsDue(): Promise<void> {
    const { checkpoints, control } = this.#world;
    if (control.saving) {
      // It ends here: what is being written may be of an earlier step.
      await checkpoints.written(this.planned.id);
      await this.#save();
      await checkpoints.written(this.planned.id);
      return;
    }
    if (checkpoints.isDue(this.planned.id) || control.paused) await this.#save();
    if (!control.paused) return;
    // What is wrong with another run is its own to find.
    for (const other of this.#begun) if (other !== this) await other.#save().catch(() => undefined);
  }

  async #save(): Promise<void> {
    const { checkpoints, kept } = this.#world;
    if (this.#session === null) return;
    const record = (): RunRecord => this.#builder.record("running", null);
    const { id } = this.planned;
    const masks = (): ReturnType<typeof kept.masksOf> => kept.masksOf(id);
    await checkpoints.save({ id, session: this.#session, record, masks }, this.#made());
  }
}

/** The selections that a saved run was seen to make, with their masks as far as its file has them. */
async function seenMasks(
  { run, masks }: RunOnFile,
  session: Session,
): Promise<ReadonlyMap<number, Uint32Array | null>> {
  const seen = new Map<number, Uint32Array | null>();
  const [words = 0] = session.parts.watch?.masks?.shape ?? [];
  for (const { cycle } of run.subnetwork?.snapshots ?? []) {
    const bits = await masks(cycle);
    seen.set(cycle, bits?.length === words ? bits : null);
  }
  return seen;
}
