import type { ComparisonRecord } from "../../contract/comparison.ts";
import type { Values } from "../../contract/fields.ts";
import { fewestSeeds } from "../scores/seeds.ts";
import { settingWords } from "../grids/setting-text.ts";

/** Who is compared, as a sentence calls it. */
interface Named {
  readonly label: string;
  readonly setting: Values;
}

/**
 * Says a comparison in words, in points (score × 100). What a grid sets for both stands once: "Over 5 seeds at learning
 * rate 2e-5, DPS Dense with trained share 0.7 is 1.2 points above Vanilla, …".
 */
export function sentenceOf(record: Omit<ComparisonRecord, "sentence">, other: Named, reference: Named): string {
  const { seeds, difference, differences, interval } = record;
  const [name, yardstick] = [nameBeside(other, reference), nameBeside(reference, other)];
  const common = settingWords(pick(other.setting, (field) => Object.hasOwn(reference.setting, field)));
  const at = common === "" ? "" : ` at ${common}`;
  if (difference === null)
    return `${name} and ${yardstick} have no completed seed in common${at}: nothing can be said.`;
  if (differences.every((one) => one === 0))
    return `Scores of ${name} and ${yardstick}${at} are equal ${inAll(seeds)}.`;
  const count = seeds.length === 1 ? "With 1 seed" : `Over ${seeds.length} seeds`;
  const range = interval === null ? "" : `, 95 % interval ${points(interval[0])} to ${points(interval[1])}`;
  const start = at === "" ? count : `${count}${at},`;
  return `${start} ${name} is ${distance(difference, yardstick)}${range}: ${conclusion(record)}`;
}

function inAll({ length }: readonly number[]): string {
  return length === 1 ? "in the only seed" : length === 2 ? "in both seeds" : `in all ${length} seeds`;
}

/** The label, with what is set for this one alone. */
function nameBeside({ label, setting }: Named, other: Named): string {
  const own = settingWords(pick(setting, (field) => !Object.hasOwn(other.setting, field)));
  return own === "" ? label : `${label} with ${own}`;
}

function pick(setting: Values, wanted: (field: string) => boolean): Values {
  return Object.fromEntries(Object.entries(setting).filter(([field]) => wanted(field)));
}

function conclusion(record: Omit<ComparisonRecord, "sentence">): string {
  const { verdict, seeds, interval, adjustedPValue, pValue, setting } = record;
  const compared = Object.keys(setting).length === 0 ? "methods" : "methods and settings";
  if (verdict !== "unclear") return `more than luck explains (p ${formatP(adjustedPValue ?? 1)}).`;
  const luck =
    adjustedPValue !== pValue && interval !== null && interval[0] * interval[1] > 0 && seeds.length >= fewestSeeds
      ? `with several ${compared} compared, one may come out like this by luck; not enough to tell.`
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
