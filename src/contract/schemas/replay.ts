import * as v from "valibot";
import { count, list, text } from "./schema.ts";

const pair = v.tuple([v.number(), v.number()]);
const cycles = 200;

/** How one method compares with the reference, as in ComparisonRecord. */
const comparison = v.object({
  method: text,
  seeds: list(count, 100),
  differences: list(v.number(), 100),
  difference: v.nullable(v.number()),
  interval: v.nullable(pair),
  verdict: v.picklist(["better", "worse", "unclear"]),
  sentence: text,
});

/** See ReplayMask. */
const mask = v.object({
  layer: count,
  /** What the matrix makes of its input. */
  part: v.picklist(["query", "key", "value"]),
  /** From 0. */
  head: count,
  rows: v.pipe(count, v.maxValue(512)),
  cols: v.pipe(count, v.maxValue(4096)),
  /** By selection: bit i of byte i/8 is weight i, rows one after another; as base64. */
  bits: list(v.pipe(v.string(), v.maxLength(400_000)), cycles),
});

/** See Replay. */
export const replay = v.object({
  model: text,
  parameterCount: count,
  task: text,
  trainCount: count,
  devCount: count,
  metric: text,
  /** Score of always giving the answer that is most common in dev; null for a regression. */
  guess: v.nullable(v.number()),
  reference: text,
  methods: list(v.object({ id: text, label: text, selects: v.boolean() }), 20),
  stepCount: v.pipe(count, v.minValue(1)),
  /** Score after some of the steps, and after the last, of each completed run. */
  curves: list(v.object({ method: text, seed: count, points: v.pipe(list(pair, 200), v.minLength(1)) }), 400),
  comparisons: list(comparison, 20),
  /** What one run selected; null where no method selects. */
  selection: v.nullable(
    v.object({
      method: text,
      seed: count,
      /** Of the weights of a matrix. */
      keptShare: v.number(),
      /** The selections' steps. */
      steps: v.pipe(list(count, cycles), v.minLength(1)),
      /** Stretches of steps in which only what is selected is updated, both ends included. */
      updates: list(pair, cycles),
      /** By layer, the share of the selected weights that the selection before did not have; from the second on. */
      swapped: list(v.object({ layer: count, shares: list(v.number(), cycles) }), 100),
      mask: v.nullable(mask),
    }),
  ),
});
