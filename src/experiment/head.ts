import * as v from "valibot";
import type { TaskEntry } from "../contract/catalog.ts";
import { problemTypes } from "../contract/problem-type.ts";
import { sizeOf } from "../core/shape.ts";
import { labelKey } from "../data/dataset/label-cells.ts";
import { shownLabel } from "../data/dataset/labels.ts";
import type { ParamSpec } from "../nn/params.ts";
import type { Checkpoint } from "../train/checkpoint.ts";

/** Labels that a sentence names. */
const mostShown = 4;

const heads = v.object({
  architectures: v.optional(v.nullable(v.array(v.string())), null),
  id2label: v.optional(v.nullable(v.record(v.string(), v.string())), null),
  label2id: v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
  problem_type: v.optional(v.nullable(v.string()), null),
});

/** A checkpoint as the runs of a task start from it, and what is to be said of its head; null for nothing. */
interface Start {
  readonly checkpoint: Checkpoint;
  readonly note: string | null;
}

/**
 * Decides on a head that comes with a checkpoint. It is kept where it is a classifier of sentences for these very labels,
 * by their names in config.json, its rows put in the data's order, or where it and the task are a regression; else every
 * run starts with a fresh one. One that lies beside a pre-trained encoder, and of which config.json says nothing, is kept
 * as it is where it has as many outputs.
 */
export function withHeadFor(checkpoint: Checkpoint, task: TaskEntry, labels: readonly string[]): Start {
  const { model, values } = checkpoint;
  const outputCount = task.kind === "regression" ? 1 : labels.length;
  const wanted = model.params(outputCount).filter(({ group }) => group === "classifier");
  const own = wanted.filter(({ name }) => values.has(name));
  if (own.length === 0) return { checkpoint, note: null };
  const headless = (kept: readonly ParamSpec[] = []): Checkpoint => {
    const gone = own.filter((spec) => !kept.includes(spec)).map(({ name }) => name);
    const rest = [...values].filter(([name]) => !gone.includes(name));
    return { ...checkpoint, values: new Map(rest) };
  };
  const missing = wanted.find(({ name }) => !values.has(name));
  if (missing !== undefined) {
    const note = `The model's file has no ${missing.name}, so its head is not whole: every run starts with a fresh classifier.`;
    return { checkpoint: headless(), note };
  }
  const read = v.safeParse(heads, checkpoint.configJson);
  const none = { architectures: null, id2label: null, label2id: null, problem_type: null };
  const { architectures, id2label, label2id, problem_type: problemType } = read.success ? read.output : none;
  const sentences = architectures === null || architectures.some((one) => one.endsWith("ForSequenceClassification"));
  if (sentences && task.kind === "regression" && problemType === "regression" && fits(own, values)) {
    return { checkpoint, note: "The model's own head is kept, as both are a regression: every seed starts from it." };
  }
  const unnamed = isUnnamed(architectures, id2label);
  if (task.kind !== "regression" && outputCount > 1 && unnamed && fits(own, values)) {
    return { checkpoint, note: assumedNote(labels, model.family.className) };
  }
  // Classes and labels of their own are answered by different heads, whatever they are called; what says nothing has classes.
  const sameKind =
    task.kind !== "regression" && problemTypes[task.kind] === (problemType ?? problemTypes.classification);
  const clear = sentences && sameKind && agree(id2label, label2id);
  const order = clear ? orderOf(labels, id2label) : null;
  const outputs = outputsOf(model);
  if (order === null) {
    // What stands before the output knows sentences, and no labels.
    const before = own.filter(({ name }) => (sentences || unnamed) && !outputs.has(name));
    return {
      checkpoint: headless(before),
      note: freshNote(architectures, id2label, agree(id2label, label2id)) + keptNote(before),
    };
  }
  const ordered = new Map(values);
  for (const { name, shape } of own) {
    const found = values.get(name);
    // What does not depend on the labels, as DistilBERT's first Linear, stays as it is.
    if (found !== undefined && outputs.has(name) && found.length === sizeOf(shape)) {
      ordered.set(name, inOrder(found, order));
    }
  }
  const moved = order.some((from, to) => from !== to) ? ", its rows put in the data's order" : "";
  return {
    checkpoint: { ...checkpoint, values: ordered },
    note: `The model's own head is kept, as it is for the same labels${moved}: every seed starts from it.`,
  };
}

/** Names of the parameters whose size is that of the output. */
function outputsOf(model: Checkpoint["model"]): ReadonlySet<string> {
  const sizes = new Map(model.params(2).map(({ name, shape }) => [name, sizeOf(shape)]));
  const other = model.params(3).filter(({ name, shape }) => sizes.get(name) !== sizeOf(shape));
  return new Set(other.map(({ name }) => name));
}

/** What was assumed of a head's rows, and how to say otherwise. */
function assumedNote(labels: readonly string[], className: string): string {
  const [shown, more] = [labels.slice(0, mostShown).map(shownLabel).join(", "), labels.length > mostShown ? ", …" : ""];
  return (
    `A head lies in the model's file, whose config.json tells of none. It is kept, its rows taken for ${shown}${more} in ` +
    "this order: every seed starts from it. If they are others, name them in config.json: id2label, and " +
    `${className}ForSequenceClassification in architectures.`
  );
}

function keptNote(before: readonly ParamSpec[]): string {
  return before.length === 0 ? "" : " What stands before its output is kept.";
}

/** Whether all values of a head are there, of the shapes that are wanted. */
function fits(head: readonly ParamSpec[], values: ReadonlyMap<string, Float32Array>): boolean {
  return head.every(({ name, shape }) => values.get(name)?.length === sizeOf(shape));
}

/**
 * Whether config.json is that of a pre-trained encoder and names no label but LABEL_0 and so on: a head that lies beside it
 * was put there to be started from.
 */
function isUnnamed(architectures: readonly string[] | null, id2label: Numbered): boolean {
  const encoder = architectures?.every((one) => /(Model|ForPreTraining|ForMaskedLM)$/.test(one)) ?? false;
  return encoder && Object.values(id2label ?? {}).every((label) => /^LABEL_\d+$/.test(label));
}

type Numbered = Readonly<Record<string, string>> | null;

/** Whether config.json gives no label two numbers. A label2id of other names, LABEL_0 say, says nothing. */
function agree(id2label: Numbered, label2id: Readonly<Record<string, unknown>> | null): boolean {
  const numbers = label2id ?? {};
  return Object.entries(id2label ?? {}).every(
    ([number, label]) => !Object.hasOwn(numbers, label) || String(numbers[label]) === number,
  );
}

/** Per label of the data its number in the file; null where they are not the same labels. */
function orderOf(labels: readonly string[], id2label: Numbered): readonly number[] | null {
  if (id2label === null || Object.keys(id2label).length !== labels.length) return null;
  const numbers = new Map(Object.entries(id2label).map(([number, label]) => [labelKey(label), Number(number)]));
  const order = labels.map((label) => numbers.get(labelKey(label)) ?? -1);
  const all = new Set(order);
  return all.size === labels.length && order.every((number) => number >= 0 && number < labels.length) ? order : null;
}

function inOrder(rows: Float32Array, order: readonly number[]): Float32Array {
  const size = rows.length / order.length;
  const moved = new Float32Array(rows.length);
  for (const [to, from] of order.entries()) moved.set(rows.subarray(from * size, (from + 1) * size), to * size);
  return moved;
}

function freshNote(architectures: readonly string[] | null, id2label: Numbered, agreed: boolean): string {
  const names = Object.values(id2label ?? {}).slice(0, mostShown);
  const which = [architectures?.[0], names.length === 0 ? undefined : `labels ${names.join(", ")}`]
    .filter(Boolean)
    .join("; ");
  const whose = which === "" ? "" : ` (${which})`;
  const why = agreed ? "is not for these labels" : "has id2label and label2id of config.json against each other";
  return `The head that the model's file has${whose} ${why}: every run starts with a fresh classifier.`;
}
