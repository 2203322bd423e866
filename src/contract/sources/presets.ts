/** The memory that one run of a preset would take on the device at hand. */
export interface PresetMemory {
  /** ModelPreset.id */
  readonly id: string;
  /** Of the planned method that takes most. */
  readonly totalBytes: number;
  /** true: no data are ready, so every row was taken to be as long as the settings allow. */
  readonly upperBound: boolean;
  /** null when it fits; else a sentence with the figure and what would fit. */
  readonly problem: string | null;
}
