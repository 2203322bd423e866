import { expect, test } from "vitest";
import { taskOf } from "../../src/data/dataset/recognise.ts";
import { withHeadFor } from "../../src/experiment/head.ts";
import { syntheticCheckpoint } from "../train/synthetic.ts";

const sizes = {
  vocab_size: 20,
  hidden_size: 2,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  intermediate_size: 4,
  max_position_embeddings: 16,
};
const body = syntheticCheckpoint(sizes).values;
const head = new Map([
  ["classifier.weight", Float32Array.of(1, 2, 3, 4)],
  ["classifier.bias", Float32Array.of(5, 6)],
]);
const single = taskOf("single");

const withHead = (config: object) => syntheticCheckpoint({ ...sizes, ...config }, new Map([...body, ...head]));
const sentences = ["BertForSequenceClassification"];

test("for the same labels is kept, in the data's order", () => {
  const same = withHead({ architectures: sentences, id2label: { 0: "negative", 1: "POSITIVE" } });
  const kept = withHeadFor(same, single, ["negative", "positive"]);
  expect(kept.checkpoint.values.get("classifier.weight")).toEqual(Float32Array.of(1, 2, 3, 4));
  expect(kept.note).toMatch(/own head is kept, as it is for the same labels: every seed/);
  const crossed = withHeadFor(same, single, ["positive", "negative"]);
  expect(crossed.checkpoint.values.get("classifier.weight")).toEqual(Float32Array.of(3, 4, 1, 2));
  expect(crossed.checkpoint.values.get("classifier.bias")).toEqual(Float32Array.of(6, 5));
  expect(crossed.note).toMatch(/its rows put in the data's order/);
});

test.each([4, 2])("keeps what stands before its output as it is, also of as many rows, here of %i", (dim) => {
  const distilbert = { model_type: "distilbert", vocab_size: 20, dim, n_layers: 1, n_heads: 1, hidden_dim: 8 };
  const own = { ...distilbert, architectures: ["DistilBertForSequenceClassification"], id2label: { 0: "a", 1: "b" } };
  const before = Float32Array.from({ length: dim * dim }, (_, index) => index);
  const values = new Map([
    ...syntheticCheckpoint(distilbert).values,
    ["pre_classifier.weight", before],
    ["pre_classifier.bias", before.slice(0, dim)],
    ["classifier.weight", before.slice(0, 2 * dim)],
    ["classifier.bias", before.slice(0, 2)],
  ]);
  const { checkpoint } = withHeadFor(syntheticCheckpoint(own, values), single, ["b", "a"]);
  expect(checkpoint.values.get("pre_classifier.weight")).toEqual(before);
  expect(checkpoint.values.get("pre_classifier.bias")).toEqual(before.slice(0, dim));
  const rows = [...before.slice(dim, 2 * dim), ...before.slice(0, dim)];
  expect([...(checkpoint.values.get("classifier.weight") ?? [])]).toEqual(rows);
});

test.each([
  [
    "another model's labels",
    { architectures: ["ElectraForSequenceClassification"], id2label: { 0: "x", 1: "y" } },
    true,
  ],
  ["no labels, and other outputs", { architectures: ["ElectraForPreTraining"] }, true],
  ["tokens", { architectures: ["ElectraForTokenClassification"], id2label: { 0: "a", 1: "b" } }, false],
])("of %s keeps what stands before its output where it is one of sentences", (_name, config, keeps) => {
  const electra = { ...sizes, model_type: "electra", embedding_size: 2 };
  const values = new Map([
    ...syntheticCheckpoint(electra).values,
    ["classifier.dense.weight", Float32Array.of(1, 2, 3, 4)],
    ["classifier.dense.bias", Float32Array.of(5, 6)],
    ["classifier.out_proj.weight", Float32Array.of(1, 2, 3, 4)],
    ["classifier.out_proj.bias", Float32Array.of(7, 8)],
  ]);
  const { checkpoint, note } = withHeadFor(syntheticCheckpoint({ ...electra, ...config }, values), single, [
    "a",
    "b",
    "c",
  ]);
  const own = [...checkpoint.values.keys()].filter((name) => name.startsWith("classifier."));
  expect(own).toEqual(keeps ? ["classifier.dense.weight", "classifier.dense.bias"] : []);
  expect(note?.endsWith("What stands before its output is kept.")).toBe(keeps);
});

test.each([
  { architectures: ["BertModel"] },
  { architectures: ["BertForMaskedLM"], id2label: { 0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2" } },
])("beside a pre-trained encoder, with %o, is kept as it is where it has as many outputs", (config) => {
  const kept = withHeadFor(withHead(config), single, ["a", "b"]);
  expect(kept.checkpoint.values.get("classifier.weight")).toEqual(Float32Array.of(1, 2, 3, 4));
  expect(kept.note).toMatch(/tells of none\. It is kept, its rows taken for "a", "b" in this order: every seed/);
  expect(kept.note).toMatch(/id2label, and BertForSequenceClassification in architectures\.$/);
  // What the sentence says to do, done.
  const named = { architectures: sentences, id2label: { 0: "b", 1: "a" } };
  const turned = withHeadFor(withHead({ ...config, ...named }), single, ["a", "b"]);
  expect(turned.checkpoint.values.get("classifier.weight")).toEqual(Float32Array.of(3, 4, 1, 2));
  const keeps = (task: string, labels: readonly string[]): boolean =>
    withHeadFor(withHead(config), taskOf(task), labels).checkpoint.values.has("classifier.weight");
  expect(keeps("single", ["a", "b", "c"])).toBe(false);
  expect(keeps("stsb", [])).toBe(false);
  expect(keeps("single", ["a", "b"])).toBe(true);
  const others = withHead({ ...config, id2label: { 0: "x", 1: "y" } });
  expect(withHeadFor(others, single, ["a", "b"]).note).toMatch(/labels x, y\) is not for these labels/);
});

test.each([
  [
    "other labels",
    { architectures: sentences, id2label: { 0: "entailment", 1: "neutral" } },
    /labels entailment, neutral/,
  ],
  ["labels that nobody named", { architectures: sentences, id2label: { 0: "LABEL_0", 1: "LABEL_1" } }, /LABEL_0/],
  ["no names at all", { architectures: sentences }, /is not for these labels/],
  [
    "labels that have two numbers",
    { architectures: sentences, id2label: { 0: "a", 1: "b" }, label2id: { b: 0, a: 1 } },
    /id2label and label2id of config\.json against each other/,
  ],
  [
    "a head for tokens",
    { architectures: ["BertForTokenClassification"], id2label: { 0: "a", 1: "b" } },
    /ForTokenClass/,
  ],
])("%s: every run starts with a fresh one", (_name, config, note) => {
  const start = withHeadFor(withHead(config), single, ["a", "b"]);
  expect([...start.checkpoint.values.keys()]).toEqual([...body.keys()]);
  expect(start.note).toMatch(note);
});

test.each([{ LABEL_0: 0, LABEL_1: 1 }, { a: 0, b: 1 }, { a: "0" }, null])(
  "label2id %o says nothing against id2label",
  (label2id) => {
    const config = { architectures: sentences, id2label: { 0: "a", 1: "b" }, label2id };
    expect(withHeadFor(withHead(config), single, ["a", "b"]).note).toMatch(/own head is kept/);
  },
);

test("of several labels a row is kept for such rows alone, and one of classes is not", () => {
  const named = { architectures: sentences, id2label: { 0: "a", 1: "b" } };
  const labels = withHead({ ...named, problem_type: "multi_label_classification" });
  const classes = withHead({ ...named, problem_type: "single_label_classification" });
  const several = taskOf("single-labels");
  const keeps = (start: ReturnType<typeof withHeadFor>): boolean => start.checkpoint.values.has("classifier.weight");
  expect(keeps(withHeadFor(labels, several, ["b", "a"]))).toBe(true);
  expect(keeps(withHeadFor(labels, single, ["a", "b"]))).toBe(false);
  expect(keeps(withHeadFor(classes, several, ["a", "b"]))).toBe(false);
  expect(keeps(withHeadFor(withHead(named), several, ["a", "b"]))).toBe(false);
  expect(keeps(withHeadFor(classes, single, ["a", "b"]))).toBe(true);
});

test("of which the file has a part only is not kept, and what is missing is said", () => {
  const config = { ...sizes, architectures: sentences, id2label: { 0: "a", 1: "b" } };
  const half = syntheticCheckpoint(config, new Map([...body, ...[...head].slice(0, 1)]));
  const start = withHeadFor(half, single, ["a", "b"]);
  expect([...start.checkpoint.values.keys()]).toEqual([...body.keys()]);
  expect(start.note).toMatch(/has no classifier\.bias, so its head is not whole: every run starts with a fresh/);
});

test("of a regression is kept for a regression, and for nothing else", () => {
  const score = new Map([
    ["classifier.weight", Float32Array.of(1, 2)],
    ["classifier.bias", Float32Array.of(3)],
  ]);
  const regression = { architectures: sentences, id2label: { 0: "LABEL_0" }, problem_type: "regression" };
  const scored = syntheticCheckpoint({ ...sizes, ...regression }, new Map([...body, ...score]));
  const kept = withHeadFor(scored, taskOf("stsb"), []);
  expect(kept.checkpoint).toBe(scored);
  expect(kept.note).toMatch(/own head is kept, as both are a regression/);
  expect([...withHeadFor(scored, single, ["a", "b"]).checkpoint.values.keys()]).toEqual([...body.keys()]);
  const classes = withHead({ architectures: sentences, id2label: { 0: "a", 1: "b" } });
  expect([...withHeadFor(classes, taskOf("stsb"), []).checkpoint.values.keys()]).toEqual([...body.keys()]);
  const twoScores = withHead(regression);
  expect([...withHeadFor(twoScores, taskOf("stsb"), []).checkpoint.values.keys()]).toEqual([...body.keys()]);
});

test("nothing is said of a model without a head", () => {
  const plain = syntheticCheckpoint(sizes);
  expect(withHeadFor(plain, single, ["a", "b"])).toEqual({ checkpoint: plain, note: null });
});
