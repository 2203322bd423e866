import type { ComparisonRecord } from "../contract/comparison.ts";
import { fewestSeeds } from "./seeds.ts";

/** Says a comparison in words, in points (score × 100). The labels are the methods' names for people. */
export function sentenceOf(record: Omit<ComparisonRecord, "sentence">, label: string, reference: string): string {
  const { seeds, difference, interval } = record;
  if (difference === null) return `${label} and ${reference} have no completed seed in common: nothing can be said.`;
  const count = seeds.length === 1 ? "With 1 seed" : `Over ${seeds.length} seeds`;
  const range = interval === null ? "" : `, 95 % interval ${points(interval[0])} to ${points(interval[1])}`;
  return `${count} ${label} is ${distance(difference, reference)}${range}: ${conclusion(record)}`;
}

function conclusion(record: Omit<ComparisonRecord, "sentence">): string {
  const { verdict, seeds, interval, adjustedPValue, pValue } = record;
  if (verdict !== "unclear") return `more than luck explains (p ${formatP(adjustedPValue ?? 1)}).`;
  const luck =
    adjustedPValue !== pValue && interval !== null && interval[0] * interval[1] > 0 && seeds.length >= fewestSeeds
      ? "with several methods compared, one may come out like this by luck; not enough to tell."
      : "not enough to tell.";
  return `${luck}${outlook(record)}`;
}

function outlook({ seeds, seedsToSettle, effectSize }: Omit<ComparisonRecord, "sentence">): string {
  if (effectSize === null) return "";
  if (seedsToSettle === null) return " If there is a difference, it is too small to be settled by 1,000 seeds.";
  const few = seeds.length < fewestSeeds ? ", a rough guess from so few" : "";
  return seedsToSettle <= seeds.length
    ? ` A few more seeds may settle it${few}.`
    : ` If the true difference is this one, about ${seedsToSettle} seeds would settle it${few}.`;
}

function distance(difference: number, reference: string): string {
  const size = points(Math.abs(difference));
  if (size === "0.0") return `level with ${reference}`;
  const unit = size === "1.0" ? "point" : "points";
  return `${size} ${unit} ${difference > 0 ? "above" : "below"} ${reference}`;
}

/** 0.0123 as "1.2", with a minus sign and never "−0.0". */
function points(score: number): string {
  const text = (Math.abs(score) * 100).toFixed(1);
  return score < 0 && text !== "0.0" ? `−${text}` : text;
}

/** "= 0.012", or "< 0.001". */
function formatP(pValue: number): string {
  return pValue < 0.001 ? "< 0.001" : `= ${pValue.toFixed(3)}`;
}
