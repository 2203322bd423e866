import { wordSum, wordsOf } from "../../core/word-sum.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import { scoredSplits, type RunRequest } from "../../train/finetuning/assembly.ts";

/** Names of what a run is computed from, which follow from it: no file's name says which weights and rows are in it. */
export interface Inputs {
  readonly weights: string;
  readonly rows: string;
}

/** Each is summed once: an experiment's runs share them. */
const known = new WeakMap<object, number>();

function once<T extends object>(one: T, sumOf: (one: T) => number): number {
  const before = known.get(one);
  if (before !== undefined) return before;
  const sum = sumOf(one);
  known.set(one, sum);
  return sum;
}

/** Names the weights and the rows of a run. */
export function inputsOf(request: RunRequest): Inputs {
  const splits = [request.train, ...scoredSplits(request)];
  return {
    weights: nameOf(once(request.checkpoint.values, weightsSum)),
    rows: nameOf(wordSum(splits.map((split) => once(split, splitSum)))),
  };
}

function weightsSum(values: ReadonlyMap<string, Float32Array>): number {
  const names = [...values.keys()].toSorted();
  return names.reduce((sum, name) => wordSum(wordsOf(values.get(name) ?? new Float32Array()), sum), 0);
}

function splitSum({ ids, types, offsets, labels }: EncodedSplit): number {
  return [ids, types, offsets, wordsOf(labels)].reduce((sum, words) => wordSum(words, sum), 0);
}

function nameOf(sum: number): string {
  return sum.toString(16).padStart(8, "0");
}
