import { formatDuration } from "../../core/format.ts";

/** Says that a run was interrupted by sleep. */
export function sleptText(sleptMs: number): string {
  return `slept ${formatDuration(sleptMs)}, which its time leaves out`;
}
