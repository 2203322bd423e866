import { adaptationText } from "../../analysis/adaptation.ts";
import { deviceName } from "../../analysis/device-name.ts";
import { valueText } from "../../analysis/grids/setting-text.ts";
import { defaultValues, type Field, type Values } from "../../contract/fields.ts";
import { valueWord } from "../../contract/grid.ts";
import type { ConfigRecord, ModelRecord, TableSource } from "../../contract/run.ts";
import { writeSeeds } from "../../contract/seeds.ts";
import { countOf, formatCount, formatDuration, formatWhole } from "../../core/format.ts";
import { html, shortened, type Markup } from "../markup.ts";
import type { Subject } from "../subject.ts";
import { facts, named, section, table } from "../tables.ts";

/** What was run, on what and where, in the report's first lines. */
export function overview(subject: Subject): Markup {
  const { result, date } = subject;
  const { config, device, runs } = result;
  const elapsedMs = runs.reduce((sum, { elapsedMs: own }) => sum + own, 0);
  const completed = runs.filter(({ status }) => status === "completed").length;
  return facts([
    ["Model", modelText(config.model)],
    ["Train rows", trainText(config)],
    ["Dev rows", `${formatWhole(config.devCount)}${devFrom(config)}`],
    ["Device", `${shortened(deviceName(device))}${device.software ? " (software: the CPU plays the GPU)" : ""}`],
    ["Runs", completed === runs.length ? formatWhole(runs.length) : `${completed} of ${runs.length} completed`],
    ["Time on the device", elapsedMs > 0 ? formatDuration(elapsedMs) : "–"],
    ...(date === null ? [] : [["Result written", dayText(date)] as const]),
  ]);
}

/** "30 November 2026", whatever the locale. */
function dayText(date: Date): string {
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" }).format(date);
}

function modelText({ name, source, parameterCount, layerCount, hiddenSize, adaptations }: ModelRecord): string {
  const size = `${formatCount(parameterCount)} weights, ${layerCount} layers of ${hiddenSize}`;
  const adapted = adaptations.map((one) => shortened(adaptationText(one), 200));
  return [`${shortened(name)}${originText(source)}: ${size}`, ...adapted].join(", ");
}

function originText(source: ModelRecord["source"]): string {
  if (source.kind === "hub") return `, ${commitText(source)}`;
  return source.kind === "bundled" ? ", ships with the page" : "";
}

function commitText({ commit }: { readonly commit: string }): string {
  return `commit ${commit.slice(0, 7)}`;
}

function trainText({ trainCount, rows }: ConfigRecord): string {
  const sample = rows?.sample ? ` of ${formatWhole(rows.sample.of)}, drawn by seed ${rows.sample.seed}` : "";
  return `${formatWhole(trainCount)}${sample}${rows === null ? "" : ` (${sourceText(rows.train)})`}`;
}

function devFrom({ rows }: ConfigRecord): string {
  if (rows === null) return "";
  const { dev, split } = rows;
  if (dev !== null) return dev.kind === "sample" ? "" : ` (${sourceText(dev)})`;
  return split === null ? "" : ` (${valueText(split.share)} of train, split by seed ${split.seed})`;
}

function sourceText(source: TableSource): string {
  if (source.kind === "sample") return `the sample task ${source.id}`;
  if (source.kind === "file") return shortened(source.name);
  return shortened(`${source.id}, ${source.path}, ${commitText(source)}`);
}

/** The plan: every method with what is set in it, and the training settings. */
export function setupSection(subject: Subject): Markup {
  const { result, catalog, axes, look } = subject;
  const { plan } = result.config;
  const rows = plan.methods.map(({ id, values }) => {
    const entry = catalog.methods.find((one) => one.id === id);
    const { changed, rest } = valuesText(entry?.fields ?? [], values);
    return [named(look(id)), changed === "" ? "as published" : changed, rest === "" ? "–" : rest];
  });
  const heads = ["Method", "Set for this experiment", "As by default"];
  const varied = axes.map(({ label, values, word }): readonly [string, string] => [
    `${label}, varied`,
    values.map(word).join(", "),
  ]);
  const training = catalog.training.flatMap((field): (readonly [string, string])[] => {
    const value = plan.training[field.id];
    if (value === undefined || axes.some((axis) => axis.field === field.id)) return [];
    return [[field.label, valueWord(field, value)]];
  });
  const order = plan.order === "interleaved" ? "side by side" : "one after another";
  const all = facts([
    ["Seeds", `${writeSeeds(plan.seeds)} (${countOf(plan.seeds.length, "seed")})`],
    ["Order of the runs", order],
    ...varied,
    ...training,
  ]);
  const about =
    "All methods of a seed see the same batches in the same order and start from the same head, so that a difference " +
    "is the method’s own.";
  return section(
    "setup",
    "Set-up",
    about,
    html`${all}${table({ label: "Methods and their settings", heads, rows, text: [1, 2] })}`,
  );
}

/** What differs from the defaults, and what does not, in words. */
function valuesText(fields: readonly Field[], values: Values): { readonly changed: string; readonly rest: string } {
  const defaults = defaultValues(fields);
  const known = fields.flatMap((field) => {
    const value = values[field.id] ?? null;
    const text = `${field.label} ${shortened(valueWord(field, value))}`;
    return field.id in values ? [{ text, own: value !== defaults[field.id] }] : [];
  });
  const strangers = Object.entries(values)
    .filter(([id]) => fields.every((field) => field.id !== id))
    .map(([id, value]) => ({ text: `${shortened(id)} ${shortened(valueText(value))}`, own: true }));
  const join = (own: boolean): string =>
    [...known, ...strangers].flatMap((one) => (one.own === own ? [one.text] : [])).join(", ");
  return { changed: join(true), rest: join(false) };
}
