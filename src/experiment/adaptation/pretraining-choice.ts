import { numberOf, parseValues } from "../../contract/fields.ts";
import type { Field, NumberField, Values } from "../../contract/fields.ts";
import { pretrainingFields, pretrainingSettings } from "../../train/pretraining/settings.ts";
import type { PretrainingSettings } from "../../train/pretraining/settings.ts";

/** What an adaptation is to do, whatever its text and model. */
export interface PretrainingChoice {
  readonly settings: PretrainingSettings;
  readonly seed: number;
  readonly heldOutShare: number;
}

const seedField: NumberField = {
  id: "seed",
  kind: "number",
  label: "Seed",
  help: "Of fresh weights, batches and masks.",
  default: 1,
  min: 0,
  max: 0xffffffff,
  whole: true,
};

const heldOutField: NumberField = {
  id: "heldOutShare",
  kind: "number",
  label: "Held-out share",
  help: "Share of the documents that is only measured on.",
  default: 0.1,
  min: 0,
  minExclusive: true,
  max: 1,
  maxExclusive: true,
};

/** Everything that can be chosen of a model's adaptation to a text. */
export const adaptationFields: readonly Field[] = [...pretrainingFields, seedField, heldOutField];

/** Reads values of adaptationFields. Errors: bad-settings. */
export function pretrainingChoice(input: Values): PretrainingChoice {
  const values = parseValues(adaptationFields, input);
  const recipe = pretrainingFields.map(({ id }) => [id, values[id] ?? null] as const);
  return {
    settings: pretrainingSettings(Object.fromEntries(recipe)),
    seed: numberOf(values, "seed"),
    heldOutShare: numberOf(values, "heldOutShare"),
  };
}
