import type { TokenLossPlace } from "./losses/token-losses.ts";
import type { ParamSet, ParamSpec } from "./params.ts";
import type { PretrainingInputs } from "./pretraining-inputs.ts";
import type { Scope } from "./scope.ts";

/** Columns of the results [slots, 8]: each loss, and behind it the share of right guesses. */
export const lossColumns = { words: 2, next: 4 } as const;

/** Where the losses of a batch go. */
export type PretrainingPlace = Omit<TokenLossPlace, "column">;

/** The losses of a batch were recorded; `back` goes on into every parameter's gradient. */
export interface PretrainingPass {
  back(s: Scope): void;
}

/** How a model goes on with its pre-training: masked words are guessed, and whether the second half follows the first. */
export interface Pretraining {
  /** Hugging Face's class, for config.json. */
  readonly architecture: string;
  readonly params: readonly ParamSpec[];
  /** Heads by what they guess: how the names of their parameters begin. */
  readonly heads: Readonly<Record<keyof typeof lossColumns, string>>;
  /** The parameter that a tensor of a checkpoint's file stands for, heads included. */
  parameterOf(tensor: string): string;
  forward(s: Scope, params: ParamSet, inputs: PretrainingInputs, place: PretrainingPlace): PretrainingPass;
}
