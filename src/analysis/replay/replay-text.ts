import type { Replay, ReplaySelection } from "../../contract/replay.ts";
import { countOf, formatCount, formatFixed, formatShare, formatWhole } from "../../core/format.ts";
import { mean } from "simple-statistics";
import { verdictTitle } from "../comparison/verdict.ts";

/** A part of the replay, and what is seen in it, in words. */
export interface Scene {
  readonly id: "seeds" | "curves" | "swaps" | "verdict";
  /** Seconds from the beginning of the replay. */
  readonly from: number;
  readonly to: number;
  readonly title: string;
  readonly texts: readonly string[];
}

/** One sentence on what was recorded. */
export function recordedText({ methods, model, parameterCount, task, trainCount, curves }: Replay): string {
  const seeds = new Set(curves.map(({ seed }) => seed)).size;
  return (
    `Recorded: ${model}, ${formatCount(parameterCount)} weights, fine-tuned on ${formatWhole(trainCount)} rows of ` +
    `${task}, ${countOf(methods.length, "method")} × ${countOf(seeds, "seed")}.`
  );
}

/** The scenes of a replay in their order, thirty seconds with what a method selected. */
export function scenesOf(replay: Replay): readonly Scene[] {
  const { selection } = replay;
  const moving = selection !== null && selection.steps.length > 1 && selection.swapped.length > 0;
  const parts: readonly (Omit<Scene, "from" | "to"> & { readonly seconds: number })[] = [
    { id: "seeds", seconds: 3, ...seedsText(replay) },
    { id: "curves", seconds: 9, ...curvesText(replay) },
    ...(moving
      ? [{ id: "swaps" as const, seconds: 8, ...swapsText(selection, labelOf(replay, selection.method)) }]
      : []),
    { id: "verdict", seconds: 10, ...verdictText(replay) },
  ];
  let at = 0;
  return parts.map(({ seconds, ...part }) => {
    const from = at;
    at += seconds;
    return { ...part, from, to: at };
  });
}

type Words = Pick<Scene, "title" | "texts">;

/** The last scores of a method's runs, in the order of its seeds. */
export function lastScores({ curves }: Replay, method: string): readonly { seed: number; score: number }[] {
  return curves
    .filter((curve) => curve.method === method)
    .map(({ seed, points }) => ({ seed, score: points.at(-1)?.[1] ?? Number.NaN }));
}

function seedsText(replay: Replay): Words {
  const scores = lastScores(replay, replay.reference).map(({ score }) => score);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  return {
    title: `Same recipe, another seed: ${points(high - low)} apart.`,
    texts: [
      `${labelOf(replay, replay.reference)} fine-tuning with ${countOf(scores.length, "seed")} ends between ` +
        `${hundred(low)} and ${hundred(high)}. Nothing but chance differs.`,
    ],
  };
}

function curvesText(replay: Replay): Words {
  const { selection, curves, guess } = replay;
  const last = mean(curves.map(({ points: own }) => own.at(-1)?.[1] ?? 0));
  const from = guess === null ? "" : ` from ${hundred(guess)}, guessing,`;
  const lit =
    selection === null
      ? ""
      : ` Where it is shaded, ${labelOf(replay, selection.method)} gives gradients only to the ` +
        `${formatShare(selection.keptShare)} of each weight matrix that light up.`;
  return {
    title: "Every method, every seed, the same batches.",
    texts: [`${countOf(curves.length, "run")} rise${from} to ${hundred(last)} on average.${lit}`],
  };
}

function swapsText({ keptShare, swapped }: ReplaySelection, label: string): Words {
  const at = (index: number): number => mean(swapped.map(({ shares }) => shares.at(index) ?? 0));
  const [first, last, chance] = [at(0), at(-1), 1 - keptShare];
  // Within a fifth of each other they are called equal.
  const trend = last < first * 0.8 ? "It settles" : last > first * 1.25 ? "It moves more and more" : "It keeps moving";
  const beside =
    last < chance * 0.8
      ? "and is not random"
      : last > chance * 1.25
        ? "more than by chance"
        : "about as much as by chance";
  return {
    title: `${trend}, ${beside}.`,
    texts: [
      `A random choice would swap ${formatShare(chance)} of its weights at each selection. ${label} swaps ` +
        `${formatShare(first)} at its second and ${formatShare(last)} at its last.`,
    ],
  };
}

/** What the experiment amounts to: the sentences are those of its comparison. */
function verdictText(replay: Replay): Words {
  const selects = new Set(replay.methods.filter((method) => method.selects).map(({ id }) => id));
  const told = replay.comparisons.filter(({ method }) => selects.size === 0 || selects.has(method));
  return {
    title: verdictTitle(told, replay.reference, (id) => labelOf(replay, id)),
    texts: told.map(({ sentence }) => sentence),
  };
}

function labelOf({ methods }: Replay, id: string): string {
  return methods.find((method) => method.id === id)?.label ?? id;
}

/** A score × 100 with one decimal. */
function hundred(score: number): string {
  return formatFixed(score * 100, 1);
}

function points(difference: number): string {
  const text = hundred(difference);
  return `${text} point${text === "1.0" ? "" : "s"}`;
}
