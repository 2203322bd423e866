import type { Values } from "../fields.ts";

/** Settings under which a run trains the same in less memory. */
export interface MemoryProposal {
  /** What of the training settings is another: `precision`, `recompute`, or `batchSize` and `accumulate`, or all of them. */
  readonly training: Values;
  readonly totalBytes: number;
}

/** The memory that one run of a preset would take on the device at hand. */
export interface PresetMemory {
  /** ModelPreset.id */
  readonly id: string;
  /** Of the planned method that takes most. */
  readonly totalBytes: number;
  /** That method's id. */
  readonly method: string;
  /** Those that fit: each alone, then together; [] where nothing saves much. */
  readonly proposals: readonly MemoryProposal[];
  /** true: no data are ready, so every row was taken to be as long as the settings allow. */
  readonly upperBound: boolean;
  /** null when it fits; else a sentence with the figure and what would fit. */
  readonly problem: string | null;
}
