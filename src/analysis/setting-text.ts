import type { FieldValue, Values } from "../contract/fields.ts";

/** "Frozen share 0.3, Learning rate 2e-5"; "" without a grid. `labelOf`: a field's name for people, by its id. */
export function settingText(setting: Values, labelOf: (field: string) => string): string {
  return Object.entries(setting)
    .map(([field, value]) => `${labelOf(field)} ${valueText(value)}`)
    .join(", ");
}

/** "frozen share 0.3 and learning rate 2e-5", inside a sentence; "" without a grid. Its words are those of the ids. */
export function settingWords(setting: Values): string {
  const parts = Object.entries(setting).map(([field, value]) =>
    value === null ? `default ${fieldWords(field)}` : `${fieldWords(field)} ${valueText(value)}`,
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

/** "frozenShare" as "frozen share". */
function fieldWords(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
