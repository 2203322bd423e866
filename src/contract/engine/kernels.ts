import * as v from "valibot";
import { kernelChoice, list, text, type Checked } from "../schemas/schema.ts";
import type { KernelChoice } from "../run.ts";

/** See TriedKernel. */
const triedKernel = v.object({
  /** Key of the choice. */
  question: text,
  /** What is computed, as an equation where it is one. */
  op: text,
  /** The largest sizes it was asked with. */
  shape: text,
  variant: text,
  /** Of a call, in milliseconds; null where it was not timed, as the next two. */
  ms: v.nullable(v.number()),
  /** Milliseconds until the first call was done. */
  compileMs: v.nullable(v.number()),
  /** Billions of `unit` a second. */
  rate: v.nullable(v.number()),
  /** What the op's limit is counted in: FLOP or B. */
  unit: text,
  chosen: v.boolean(),
  /** Why it was not timed. */
  reason: v.nullable(text),
});

/** What became of a kernel's variant that was tried. */
export type TriedKernel = Checked<typeof triedKernel>;

/** Whether it was left out because it computes wrongly on the device. */
export function isWrong({ reason }: Pick<TriedKernel, "reason">): boolean {
  return reason?.startsWith("out: ") === true;
}

const keptKernels = v.object({ choice: kernelChoice, tried: list(triedKernel, 10_000) });

/** A choice and what it was made from, as it is kept from one visit to the next. */
export type KeptKernels = Checked<typeof keptKernels>;

/** Where kernels come from: the portable ones, those of an earlier choice, or those that are fastest here. */
export type KernelSource = "portable" | "auto" | KernelChoice;

/** The kernels that a run uses. */
export interface KernelsRecord extends KeptKernels {
  /** Timed for it now, or at an earlier time; given; or the portable ones. */
  readonly from: "timed" | "kept" | "given" | "portable";
  /** What the timing took; 0 without one. */
  readonly elapsedMs: number;
  /** Why given kernels are not used, as a sentence; null where nothing came in the way. */
  readonly note: string | null;
}

/** Reads what was kept; null where it is not ours any more. */
export function readKeptKernels(json: string): KeptKernels | null {
  try {
    return v.parse(keptKernels, JSON.parse(json));
  } catch {
    // Cut short, edited, or of another version: timing anew serves better than an error.
    return null;
  }
}
