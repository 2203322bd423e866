import { readResult } from "../analysis/result-file.ts";
import type { CaseRecord } from "../contract/answers.ts";
import type { Profile } from "../contract/engine/profile.ts";
import type {
  ConfigRecord,
  DeviceRecord,
  ExperimentPlan,
  ExperimentResult,
  Findings,
  Growth,
  KernelChoice,
  RunEvent,
  SavedRun,
} from "../contract/run.ts";
import type { SubnetworkOverlaps } from "../contract/subnetwork.ts";
import { AppError, failureOf } from "../core/errors.ts";
import type { Trainer } from "../worker/client.ts";
import { foundInOrder } from "./results/method-order.ts";
import { Archive, type RunHead } from "./results/archive.ts";
import { attempt, type Reporter, type Slot } from "./slot.ts";
import { throttle } from "./throttle.ts";

type ExperimentStatus = "idle" | "starting" | "running" | "paused" | "stopping" | "finished" | "failed";

export interface ExperimentSlice extends Findings {
  readonly status: ExperimentStatus;
  /** Where what is shown came from. */
  readonly source: "live" | "file" | "recorded" | null;
  readonly sourceName: string;
  /** What the engine is busy with before and between steps. */
  readonly phase: { readonly text: string; readonly done: number; readonly total: number } | null;
  readonly device: DeviceRecord | null;
  /** What the runs' kernels were chosen by; null where the result does not say. */
  readonly kernels: KernelChoice | null;
  readonly config: ConfigRecord | null;
  readonly runs: readonly RunHead[];
  /** Easy and hard dev rows by method; [] until the experiment has ended. */
  readonly cases: readonly CaseRecord[];
  /** Whether its runs select the same weights; null until one that was watched has completed. */
  readonly overlaps: SubnetworkOverlaps | null;
  readonly tokensPerSecond: number | null;
  /** Where the time of the first steps went; null until it is known, and where nobody asked. */
  readonly profile: Profile | null;
  /** true where only a fresh engine can go on. */
  readonly needsRestart: boolean;
  /** Grows whenever the archive changed: charts read the archive again. */
  readonly version: number;
}

export const initialExperiment: ExperimentSlice = {
  status: "idle",
  source: null,
  sourceName: "",
  phase: null,
  device: null,
  kernels: null,
  config: null,
  runs: [],
  summary: [],
  comparisons: [],
  cases: [],
  overlaps: null,
  tokensPerSecond: null,
  profile: null,
  needsRestart: false,
  version: 0,
};

/** true from Run until the engine has let go. */
export function isActive(status: ExperimentStatus): boolean {
  return status === "starting" || status === "running" || status === "paused" || status === "stopping";
}

/** The refusal of a result while a run goes on. */
export function tooEarly(): AppError {
  return new AppError("bad-settings", "A run is going on; stop it before opening another result.");
}

/** The page is redrawn at most five times a second, however often events come. */
const redrawMs = 200;

/** Who keeps results while they come. */
export interface Keeper {
  /** An experiment has begun; fresh: in the place of what is on show, and not one that goes on with it. */
  began(fresh: boolean): void;
  take(event: Extract<RunEvent, { kind: "result" }>): void;
  takeRun(saved: SavedRun): void;
  /** Of these runs of the experiment on show, those that were saved under way. */
  saved(runs: readonly string[]): Promise<readonly SavedRun[]>;
  /** The engine has let go of what had begun; over: it came to its end, or was stopped. */
  settled(over: boolean): void;
}

/** How an experiment starts. */
export interface StartOptions {
  /** Kernel by kernel, at its beginning. */
  readonly timed: boolean;
  /** Its runs' subnetworks are looked at. */
  readonly watched: boolean;
  /** Called when it has begun; before that, and where it is refused, what is on show stays. */
  readonly begun: () => void;
}

export interface ExperimentActions {
  start(plan: ExperimentPlan, options: StartOptions): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
  /** Saves the runs under way soon: the page may be about to go. */
  save(): void;
  /** Takes a run off the queue, or ends it; what it has so far is kept. */
  cancel(run: string): Promise<void>;
  /** Puts a run that failed or was cancelled at the end of the queue. Of the experiment that is going on. */
  retry(run: string): Promise<void>;
  /** Queues the runs of more methods and seeds behind those of the experiment that is going on. */
  extend(more: Pick<ExperimentPlan, "methods" | "seeds">): Promise<void>;
  /** Goes on with the result on show, which has ended. What cannot be is told, and leaves it as it is. */
  grow(growth: Growth): Promise<void>;
  /** Shows nothing, as at first. Does nothing while a run goes on. */
  leave(): void;
  /** Shows a result from elsewhere. Does nothing while a run goes on. */
  show(result: ExperimentResult, source: "file" | "recorded", name: string): void;
}

export function experimentActions(
  slot: Slot<ExperimentSlice>,
  archive: Archive,
  trainer: Trainer,
  reporter: Reporter,
  keeper: Keeper,
): ExperimentActions {
  const redraw = redrawing(slot, archive);
  const follow = following(slot, archive, redraw, reporter, keeper);

  async function ask(wanted: "paused" | "running" | "stopping", call: () => Promise<void>): Promise<void> {
    const before = slot.get().status;
    try {
      if (wanted === "stopping") slot.set({ status: wanted });
      await call();
      if (slot.get().status === before) slot.set({ status: wanted });
    } catch (thrown) {
      reporter.report("run", thrown);
      if (slot.get().status === "stopping") slot.set({ status: before });
    }
  }

  return {
    async start(plan, { timed, watched, begun }) {
      slot.set({ profile: null });
      const clear = (): void => {
        keeper.began(true);
        begun();
        archive.clear();
        const { profile, phase, version } = slot.get();
        slot.set({ ...initialExperiment, status: "starting", source: "live", profile, phase, version: version + 1 });
      };
      await follow(clear, async (holds, receiveEvents) => {
        const receiveProfile = (profile: Profile): void => {
          if (holds()) slot.set({ profile });
        };
        return await trainer.start(plan, receiveEvents, timed ? receiveProfile : undefined, watched);
      });
    },
    async grow(growth) {
      const before = archive.result();
      if (before === null || isActive(slot.get().status)) return;
      const live = (): void => {
        keeper.began(false);
        slot.set({ source: "live" });
      };
      await follow(live, async (_, receiveEvents) => {
        return await trainer.grow(before, growth, receiveEvents, await keeper.saved(growth.retry));
      });
    },
    pause: () => ask("paused", () => trainer.pause()),
    resume: () => ask("running", () => trainer.resume()),
    stop: () => ask("stopping", () => trainer.stop()),
    save() {
      // Nobody is left to be told that it failed.
      if (isActive(slot.get().status)) void trainer.saveRuns().catch(() => undefined);
    },
    ...queueActions(trainer, reporter),
    leave() {
      if (isActive(slot.get().status)) return;
      archive.clear();
      slot.set({ ...initialExperiment, version: slot.get().version + 1 });
    },
    show(result, source, name) {
      if (isActive(slot.get().status)) return;
      archive.load(result);
      slot.set({ ...initialExperiment, status: "finished", source, sourceName: name, version: slot.get().version });
      redraw.now();
    },
  };
}

type Redraw = ReturnType<typeof throttle>;

/** Copies what React may hold from the archive into the slice, no oftener than can be seen. */
function redrawing(slot: Slot<ExperimentSlice>, archive: Archive): Redraw {
  return throttle(redrawMs, () => {
    const { answers: _, ...known } = archive.known;
    const live = { tokensPerSecond: archive.tokensPerSecond(), runs: archive.heads(), version: slot.get().version + 1 };
    slot.set({ ...known, ...foundInOrder(known), ...live });
  });
}

/** A call of the engine that runs an experiment. `holds`: false once another took its place. */
type RunCall = (
  holds: () => boolean,
  receiveEvents: (events: readonly RunEvent[]) => void,
) => Promise<ExperimentResult>;

/** Shows what such a call tells while it goes on, and its result. `begin` is called before anything but a phase is shown. */
function following(
  slot: Slot<ExperimentSlice>,
  archive: Archive,
  redraw: Redraw,
  reporter: Reporter,
  keeper: Keeper,
): (begin: () => void, call: RunCall) => Promise<void> {
  let generation = 0;

  function receive(events: readonly RunEvent[]): void {
    archive.append(events);
    const kept = events.findLast((event) => event.kind === "result");
    if (kept !== undefined) keeper.take(kept);
    for (const event of events) {
      if (event.kind === "saved") keeper.takeRun(event);
      if (event.kind === "note") reporter.report("run", new AppError("bad-tensors", event.text));
    }
    const telling = events.findLast((event) => ["phase", "started", "steps"].includes(event.kind));
    if (telling !== undefined) slot.set({ phase: telling.kind === "phase" ? telling : null });
    if (slot.get().status === "starting" && events.some((event) => event.kind === "started")) {
      slot.set({ status: "running" });
    }
    redraw.later();
  }

  function settle(status: ExperimentStatus, needsRestart: boolean): void {
    slot.set({ status, needsRestart, phase: null });
    redraw.now();
  }

  /** What the ended runs said of each dev row, which the engine told in a file only. */
  async function recall(file: Blob): Promise<void> {
    await attempt(reporter, "result", async () => {
      archive.recall(readResult(await file.text(), "What was saved last"));
    });
  }

  return async (begin, call) => {
    const mine = ++generation;
    const holds = (): boolean => mine === generation;
    let begun = false;
    /** All there was after the run that ended last, with what is told in no other event. */
    let file: Blob | null = null;
    const { status: before, config } = slot.get();
    const earlier = new Map(archive.runs.map((run) => [run.id, run.elapsedMs]));
    slot.set({ status: "starting", phase: null, needsRestart: false });
    reporter.clear("run");
    try {
      const result = await call(holds, (events) => {
        if (!holds()) return;
        if (!begun && events.some(({ kind }) => kind !== "phase")) {
          begun = true;
          begin();
        }
        file = events.findLast((event) => event.kind === "result")?.file ?? file;
        receive(events);
      });
      archive.load(result);
      const lost = result.runs.find((run) => {
        return run.error?.code === "device-lost" && run.elapsedMs !== earlier.get(run.id);
      });
      if (lost?.error) reporter.report("run", new AppError(lost.error.code, lost.error.message));
      settle("finished", lost !== undefined);
    } catch (thrown) {
      if (begun) {
        archive.abandon();
        if (file !== null) await recall(file);
      }
      reporter.report("run", thrown);
      // Where it was refused, what is on show is what it was.
      settle(begun || config === null ? "failed" : before, needsFreshEngine(thrown));
    }
    generation++;
    if (begun) keeper.settled(!slot.get().needsRestart && slot.get().status === "finished");
  };
}

function needsFreshEngine(thrown: unknown): boolean {
  const { code } = failureOf(thrown);
  return code === "device-lost" || code === "device-error" || code === "bug";
}

/** Changes of the queue: what they do comes back as events. */
function queueActions(trainer: Trainer, reporter: Reporter): Pick<ExperimentActions, "cancel" | "retry" | "extend"> {
  const change = async (call: () => Promise<void>): Promise<void> => void (await attempt(reporter, "run", call));
  return {
    cancel: (run) => change(() => trainer.cancelRun(run)),
    retry: (run) => change(() => trainer.retryRun(run)),
    extend: (more) => change(() => trainer.extend(more)),
  };
}
