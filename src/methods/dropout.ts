import type { NumberField, Values } from "../contract/fields.ts";
import { numberOf } from "../contract/fields.ts";
import type { DropoutRates } from "../nn/scope.ts";

/** The dropout setting of a method; `empty` says what it does by itself. */
export function dropoutField(empty: string): NumberField {
  return {
    kind: "number",
    id: "dropout",
    label: "Dropout",
    help:
      "One rate wherever the model drops: hidden states, attention, classifier. Give every method the same rate to compare " +
      "the methods alone: the published settings differ in dropout too.",
    default: null,
    min: 0,
    max: 1,
    maxExclusive: true,
    increment: 0.05,
    empty,
  };
}

/** The rate of the settings everywhere, or `published` where they leave it empty. */
export function chosenDropout(values: Values, published: DropoutRates): DropoutRates {
  if (values["dropout"] === null) return published;
  const rate = numberOf(values, "dropout");
  return { hidden: rate, attention: rate, classifier: rate, activation: rate, pooler: rate };
}
