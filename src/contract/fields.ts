import { AppError } from "../core/errors.ts";
import type { Checked, fieldValue, values } from "./schemas/schema.ts";

/** A setting's value. null is allowed only where the field says what an empty value means. */
export type FieldValue = Checked<typeof fieldValue>;
/** Settings by field id. */
export type Values = Checked<typeof values>;

interface FieldHead {
  /** Key in Values: camelCase. The terminal spells it --kebab-case. */
  readonly id: string;
  readonly label: string;
  /** One or two sentences for a person: what it does and when to change it. */
  readonly help: string;
}

/** A number between min and max; `whole` for counts. `empty` says what null stands for and so allows it. */
export interface NumberField extends FieldHead {
  readonly kind: "number";
  readonly default: number | null;
  readonly min: number;
  readonly max: number;
  /** true: max itself is refused. */
  readonly maxExclusive?: boolean;
  /** true: min itself is refused. */
  readonly minExclusive?: boolean;
  readonly whole?: boolean;
  readonly increment?: number;
  readonly empty?: string;
  /** true: it holds the share p that is left out, and people are shown, and type, what is trained: 1 − p. */
  readonly leftOut?: boolean;
}

/** One of several words. */
export interface ChoiceField extends FieldHead {
  readonly kind: "choice";
  readonly default: string;
  readonly options: readonly { readonly value: string; readonly label: string; readonly help: string }[];
}

/** On or off. */
interface SwitchField extends FieldHead {
  readonly kind: "switch";
  readonly default: boolean;
}

/** A form field as plain data: the page draws it, the terminal parses it, the engine validates with it. */
export type Field = NumberField | ChoiceField | SwitchField;

/** A value as people read and type it; and back again, for it is its own reverse. */
export function asShown<T>(field: Field, value: T): T | number {
  return field.kind === "number" && field.leftOut === true && typeof value === "number" ? restOf(value) : value;
}

/** 1 − share, without the dust of binary fractions: 0.9 of 0.1. */
export function restOf(share: number): number {
  return Number((1 - share).toPrecision(12));
}

/** Every field at its default. */
export function defaultValues(fields: readonly Field[]): Values {
  return Object.fromEntries(fields.map((field) => [field.id, field.default]));
}

/** What is wrong with a value, as a sentence, or null when it fits the field. */
export function problemWith(field: Field, value: unknown): string | null {
  switch (field.kind) {
    case "switch":
      return typeof value === "boolean" ? null : `${field.label} is on or off, not ${show(value)}.`;
    case "choice": {
      const allowed = field.options.map((option) => option.value);
      return typeof value === "string" && allowed.includes(value)
        ? null
        : `${field.label} is ${show(value)}; it must be one of ${allowed.join(", ")}.`;
    }
    case "number":
      return problemWithNumber(field, value);
  }
}

function problemWithNumber(field: NumberField, value: unknown): string | null {
  if (value === null && field.empty !== undefined) return null;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    return `${field.label} is ${show(value)}; it must be a number.`;
  }
  if (field.whole === true && !Number.isInteger(value)) {
    return `${field.label} is ${value}; it must be a whole number.`;
  }
  const above = field.minExclusive === true ? value > field.min : value >= field.min;
  const below = field.maxExclusive === true ? value < field.max : value <= field.max;
  if (above && below) return null;
  if (field.leftOut === true) {
    const told = `${field.label} is ${asShown(field, value)} (${field.id} ${value})`;
    const [lowest, highest] = [restOf(field.max), restOf(field.min)];
    return `${told}; it must be ${atLeast(lowest, field.maxExclusive)} and ${atMost(highest, field.minExclusive)}.`;
  }
  const bounds = `${atLeast(field.min, field.minExclusive)} and ${atMost(field.max, field.maxExclusive)}`;
  return `${field.label} is ${value}; it must be ${bounds}.`;
}

function atLeast(bound: number, exclusive = false): string {
  return exclusive ? `above ${bound}` : `at least ${bound}`;
}

function atMost(bound: number, exclusive = false): string {
  return exclusive ? `below ${bound}` : `at most ${bound}`;
}

function show(value: unknown): string {
  if (typeof value === "number") return String(value);
  return value === undefined ? "missing" : (JSON.stringify(value) ?? typeof value);
}

/** Fills defaults in and checks every value. Errors: bad-settings, naming the field; unknown ids are refused. */
export function parseValues(fields: readonly Field[], input: Readonly<Record<string, unknown>>): Values {
  const known = new Set(fields.map((field) => field.id));
  const stranger = Object.keys(input).find((id) => !known.has(id));
  if (stranger !== undefined) {
    throw new AppError("bad-settings", `There is no setting "${stranger}" here; known are ${[...known].join(", ")}.`);
  }
  const values: Record<string, FieldValue> = {};
  for (const field of fields) {
    const value = input[field.id] ?? (field.id in input ? null : field.default);
    const problem = problemWith(field, value);
    if (problem !== null || !isFieldValue(value))
      throw new AppError("bad-settings", problem ?? `${field.label} is unreadable.`);
    values[field.id] = value;
  }
  return values;
}

function isFieldValue(value: unknown): value is FieldValue {
  return value === null || ["number", "string", "boolean"].includes(typeof value);
}

/** A number setting, after parseValues. Errors: bug. */
export function numberOf(values: Values, id: string): number {
  const value = values[id];
  if (typeof value !== "number") throw new AppError("bug", `Setting ${id} is not a number.`);
  return value;
}

/** A choice setting, after parseValues. Errors: bug. */
export function choiceOf(values: Values, id: string): string {
  const value = values[id];
  if (typeof value !== "string") throw new AppError("bug", `Setting ${id} is not a choice.`);
  return value;
}

/** A switch setting, after parseValues. Errors: bug. */
export function switchOf(values: Values, id: string): boolean {
  const value = values[id];
  if (typeof value !== "boolean") throw new AppError("bug", `Setting ${id} is not a switch.`);
  return value;
}
