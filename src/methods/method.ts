import type { MethodEntry, TaskEntry } from "../contract/catalog.ts";
import type { Values } from "../contract/fields.ts";
import type { Arena } from "../gpu/arena.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Init, Param, ParamSet } from "../nn/params.ts";
import type { DropoutRates, EmbeddingNoise, Scope } from "../nn/scope.ts";

/** What a method's run may see of the run it belongs to. */
export interface World {
  /** The raw parameters: values, gradients. */
  readonly params: ParamSet;
  readonly mem: Arena;
  readonly seed: number;
  readonly kind: TaskEntry["kind"];
  /** Optimisation steps of the whole run. */
  readonly maxSteps: number;
  readonly stepsPerEpoch: number;
  /**
   * Writes a parameter's initial value, W(0), into a tensor of its shape; ordered before whatever is submitted next, so
   * call it from begin() only. Does nothing while a run is only planned.
   */
  uploadInitial(name: string, into: Tensor): void;
  /** Makes 0 of what a method counts in a step, where the step is skipped because its gradients overflowed: they are 0 then. */
  hold(s: Scope, counted: Tensor): void;
}

/** A matrix that a method selects from. */
export interface SelectedMatrix {
  readonly param: Param;
  /** Not negative, of the parameter's shape: what it is selected by, until the method gathers anew in stage I. */
  readonly scores: Tensor;
  /** u32 [ceil(N / 32)]: bit i of word i/32 is element i; bits from N on are 0. */
  readonly mask: Tensor;
}

/** Masks that a method draws anew in every step, of all that others may select from. */
export interface DrawnMasks {
  /** What is drawn: single weights, or whole columns. */
  readonly unit: "weight" | "column";
  /** Probability of being kept. */
  readonly share: number;
  /** Writes the bits of a parameter's mask of the step last recorded, whose scope is `s`. mask: as in SelectedMatrix. */
  write(s: Scope, param: Param, mask: Tensor): void;
}

/** Statistics of every selection of a run, written on the device and read when it suits. */
export interface Selections {
  /**
   * u32 [selections, matrices, 8]: kept count, elements in both this and the previous mask, elements in either,
   * threshold (f32 bits), count of non-finite scores, and three unused words.
   */
  readonly stats: Tensor;
  readonly matrices: readonly SelectedMatrix[];
  /** Of all weights to select from, the share that is selected where no scores tie. */
  readonly share: number;
  /** The step at which cycle k (from 0) selects. */
  stepOf(cycle: number): number;
}

/**
 * A second forward in every step, with dropout of its own:
 * loss = shares[0]·L(first) + shares[1]·L(second) + weight·(D(first, second) + D(second, first)), means over the batch,
 * where L is the task's loss and D the KL divergence of the classes or, of a regression, the squared difference.
 */
export interface SecondPass {
  /** On the embeddings of the second pass, which then gives the word embeddings no gradient; null: none. */
  readonly noise: EmbeddingNoise | null;
  readonly shares: readonly [first: number, second: number];
  readonly weight: number;
}

/** One batch of a pass over the training rows before step 1, after its backward with the raw weights. */
export interface PreparedBatch {
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** Factor [1] that clips a parameter's own gradient to the largest norm; good until the next call. */
  readonly clip: (param: Param) => Tensor;
}

/** What a method does with a pass over the training rows, dropout as in training, before step 1. */
export interface Preparation {
  gradients(s: Scope, batch: PreparedBatch): void;
  /** After the last batch. */
  done(s: Scope): void;
}

/** One run of a method: small hooks in the order in which the training step calls them. All are optional but stage. */
export interface MethodRun {
  /** Parameters that start anew from the seed and not from the checkpoint, by name. */
  readonly anew?: ReadonlyMap<string, Init>;
  /** The stage of a step, 0 where the method has none. */
  stage(step: number): 0 | 1 | 2;
  readonly prepare?: Preparation;
  /** Before anything of the step is recorded: the only place to upload from. */
  begin?(step: number): void;
  /** The weights of the training forward: the raw ones where absent. What it records comes before any of them is read. */
  weights?(s: Scope, step: number): ParamSet;
  readonly second?: SecondPass;
  /** After the backward, before clipping: accumulate and mask gradients. */
  gradients?(s: Scope, step: number): void;
  /** After clipping. */
  clipped?(s: Scope, step: number): void;
  /** Masks (bit i of word i/32 = element i is updated) of parameters whose other elements stand still in this step. */
  updated?(step: number): ReadonlyMap<string, Tensor>;
  readonly selections?: Selections;
  /** What `prepare` selects for the whole run: the other elements of its matrices are given no gradient. */
  readonly child?: Selections;
  readonly drawn?: DrawnMasks;
}

/** A fine-tuning method is one file: what it says of itself, and how it starts. */
export interface Method extends MethodEntry {
  /** Dropout of a run, given the model's own rates: the published rule unless the settings say otherwise. */
  dropout(values: Values, model: DropoutRates, maxSteps: number): DropoutRates;
  /** Errors: bad-settings, when the run's sizes do not suit the settings (us = 0, say). */
  start(world: World, values: Values): MethodRun;
}
