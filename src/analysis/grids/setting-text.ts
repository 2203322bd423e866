import { restOf, type FieldValue, type Values } from "../../contract/fields.ts";

/** Settings whose ids are not the field's words: what they are called, and whether a reader is told 1 − the value. */
const told: Readonly<Record<string, { readonly words: string; readonly rest: boolean }>> = {
  frozenShare: { words: "trained share", rest: true },
  childShare: { words: "trained share", rest: false },
  drawnShare: { words: "trained share", rest: false },
  mixShare: { words: "mixed share", rest: false },
};

/** "Frozen share 0.3, Learning rate 2e-5"; "" without a grid. `labelOf`: a field's name for people, by its id. */
export function settingText(setting: Values, labelOf: (field: string) => string): string {
  return Object.entries(setting)
    .map(([field, value]) => `${labelOf(field)} ${valueText(value)}`)
    .join(", ");
}

/** "trained share 0.7 and learning rate 2e-5", inside a sentence; "" without a grid. Its words are those of the ids. */
export function settingWords(setting: Values): string {
  const parts = Object.entries(setting).map(([field, value]) =>
    value === null ? `default ${fieldWords(field)}` : `${fieldWords(field)} ${toldText(field, value)}`,
  );
  const last = parts.pop() ?? "";
  return parts.length === 0 ? last : `${parts.join(", ")} and ${last}`;
}

/** A setting's value as people write it: 0.00002 as "2e-5"; null, which leaves the choice to the program, as "default". */
export function valueText(value: FieldValue): string {
  if (value === null) return "default";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string" || value === 0 || Math.abs(value) >= 0.001) return String(value);
  return value.toExponential();
}

/** A setting's value in the words of `fieldWords`: of a frozen share of 0.3, "0.7" is trained. */
export function toldText(field: string, value: FieldValue): string {
  return valueText(told[field]?.rest === true && typeof value === "number" ? restOf(value) : value);
}

/** "learningRate" as "learning rate", "frozenShare" as "trained share". */
export function fieldWords(field: string): string {
  const known = told[field];
  if (known !== undefined) return known.words;
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
