import type { MethodEntry } from "../../contract/catalog.ts";
import { problemWith, type Field, type FieldValue, type NumberField, type Values } from "../../contract/fields.ts";
import { wrongUsage, type Given, type Option } from "../options.ts";
import { adviceFor } from "../suggest.ts";

/** learningRate as learning-rate. */
function optionName(fieldId: string): string {
  return fieldId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** One option a field. */
export function fieldOptions(fields: readonly Field[], group: string): readonly Option[] {
  return fields.map((field) => ({
    name: optionName(field.id),
    value: valueHint(field),
    help: `${field.help} Default: ${defaultText(field)}.`,
    group,
  }));
}

/** One option for each field that any method has; its help says which methods, and their defaults. */
export function methodOptions(methods: readonly MethodEntry[]): readonly Option[] {
  const owned = methods.flatMap((method) => method.fields.map((field) => ({ method: method.id, field })));
  return [...new Set(owned.map(({ field }) => field.id))].flatMap((id) => {
    const owners = owned.filter(({ field }) => field.id === id);
    const [first] = owners;
    if (first === undefined) return [];
    const defaults = [...new Set(owners.map(({ field }) => defaultText(field)))];
    const [common] = defaults;
    const own = owners.map(({ method, field }) => `${method} ${defaultText(field)}`).join("; ");
    const help =
      defaults.length === 1 && common !== undefined
        ? `Default: ${common}. For ${owners.map(({ method }) => method).join(", ")}.`
        : `Defaults: ${own}.`;
    const { field } = first;
    const option = { name: optionName(id), value: valueHint(field), help: `${field.help} ${help}` };
    return [{ ...option, group: "Method settings, for every chosen method that has them" }];
  });
}

function ownersOf(methods: readonly MethodEntry[], fieldId: string): readonly MethodEntry[] {
  return methods.filter(({ fields }) => fields.some(({ id }) => id === fieldId));
}

/** The values of those fields whose options were given. Errors: bad-settings, naming the option. */
export function readFields(fields: readonly Field[], given: Given): Values {
  const entries = fields.flatMap((field) => {
    const text = given.get(optionName(field.id));
    return text === undefined ? [] : [[field.id, fieldValue(field, text)] as const];
  });
  return Object.fromEntries(entries);
}

/** Refuses a method setting that none of the chosen methods has. Errors: bad-settings. */
export function checkMethodOptions(given: Given, chosen: readonly MethodEntry[], all: readonly MethodEntry[]): void {
  for (const id of new Set(all.flatMap(({ fields }) => fields.map((field) => field.id)))) {
    if (!given.has(optionName(id)) || ownersOf(chosen, id).length > 0) continue;
    const owners = ownersOf(all, id).map((owner) => owner.id);
    const names = chosen.map((method) => method.id).join(", ");
    throw wrongUsage(`--${optionName(id)} is a setting of ${owners.join(", ")}; you chose ${names}.`);
  }
}

function fieldValue(field: Field, text: string): FieldValue {
  const option = `--${optionName(field.id)}`;
  const value = parse(field, text);
  const problem = problemWith(field, value);
  if (problem === null) return value;
  const words = field.kind === "choice" ? field.options.map((choice) => choice.value) : [];
  throw wrongUsage(`${option} ${text}: ${problem} ${adviceFor(text, words, "")}`.trimEnd());
}

/** Text that fits no form stays text, so that problemWith can name it. */
function parse(field: Field, text: string): FieldValue {
  switch (field.kind) {
    case "choice":
      return text;
    case "switch":
      return text === "on" || text === "true" ? true : text === "off" || text === "false" ? false : text;
    case "number":
      if (field.empty !== undefined && (text === field.empty || text === emptyWord(field))) return null;
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
  }
}

/** The word for an empty number: "epoch" where it stands for "each epoch", "default" where it stands for a sentence. */
function emptyWord(field: NumberField): string {
  const words = field.empty?.split(" ") ?? [];
  return words.length <= 2 ? (words.at(-1) ?? "default") : "default";
}

function valueHint(field: Field): string {
  switch (field.kind) {
    case "choice":
      return field.options.map(({ value }) => value).join("|");
    case "switch":
      return "on|off";
    case "number":
      return field.empty === undefined ? "N" : `N|${emptyWord(field)}`;
  }
}

function defaultText(field: Field): string {
  if (field.kind === "number" && field.default === null) return field.empty ?? "none";
  if (field.kind === "switch") return field.default ? "on" : "off";
  return String(field.default);
}
