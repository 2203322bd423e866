import type { ConfigRecord, RunRecord } from "../contract/run.ts";
import type { Values } from "../contract/fields.ts";
import type { Dataset } from "../data/dataset/dataset.ts";
import type { Example } from "../data/dataset/examples.ts";
import type { Tokenizer } from "../data/text/tokenizer.ts";
import type { RunRequest } from "../train/finetuning/assembly.ts";
import type { PhaseListener } from "../train/device-run.ts";
import type { Engine } from "../train/engine.ts";
import type { PlannedSession } from "../train/finetuning/plan.ts";
import type { Session } from "../train/finetuning/session.ts";
import type { RunControl } from "./running/control.ts";

/** One run of an experiment, ready to be opened. */
export interface PlannedRun {
  /** RunRecord.id */
  readonly id: string;
  /** RunRecord.setting */
  readonly setting: Values;
  readonly request: RunRequest;
  /** Its sizes, batches and memory on the device: planned at the first call. Errors: bad-settings, from the method. */
  planned(): PlannedSession;
}

/** An experiment ready to run: its runs in order, and what its record says of it. */
export interface Experiment {
  readonly engine: Engine;
  /** After the device was lost: a fresh one with the same kernels. Errors: as EngineHolder.reopen(). */
  readonly reopen: (control: RunControl, tell: PhaseListener) => Promise<Engine>;
  readonly config: ConfigRecord;
  readonly runs: readonly PlannedRun[];
  /** What made the token ids. */
  readonly tokenizer: Tokenizer;
  /** The rows before tokenizing. */
  readonly dataset: Dataset;
  /** Of its dev rows those that are scored. */
  readonly devExamples: readonly Example[];
}

/** Called when a run has completed and before its memory is freed: to save weights or predictions. */
export type OnTrained = (session: Session, run: RunRecord) => Promise<void>;
