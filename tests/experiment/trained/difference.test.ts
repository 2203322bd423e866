import { expect, test } from "vitest";
import { drawNormal } from "../../../src/core/rng.ts";
import { OpenedModels } from "../../../src/experiment/trained/opened-models.ts";
import { differenceName, writeDifference } from "../../../src/experiment/trained/difference.ts";
import { openFolder } from "../../../src/models/folder.ts";
import { openSafetensors, writeSafetensors } from "../../../src/models/safetensors.ts";
import { readCheckpoint, type Checkpoint } from "../../../src/train/checkpoint.ts";
import { tinyTrained, trainedZip } from "../../models/exported-zip.ts";
import { tinyFolder } from "../../models/tiny-folder.ts";
import { refusalOf } from "../refusal.ts";

const embeddings = "bert.embeddings.word_embeddings.weight";
const labels = ["blame", "praise"];
/** Rows of the embeddings that training reached. */
const reached = [5, 7, 20];

/** The tiny model and itself a little further on, as fine-tuning leaves it: of the embeddings three rows have moved. */
async function both(): Promise<{ readonly before: Checkpoint; readonly after: Parameters<typeof writeDifference>[1] }> {
  const before = await readCheckpoint(await openFolder(tinyFolder()));
  const values = new Map(
    before.model.params(2).map(({ name, shape }) => {
      const size = shape.reduce((product, one) => product * one, 1);
      const start = before.values.get(name) ?? new Float32Array(size);
      const cols = shape[1] ?? 1;
      const moved = start.map((value, index) => {
        const still = name === embeddings && !reached.includes(Math.floor(index / cols));
        // What weight decay alone does is no movement.
        return still ? value * (1 - 1e-4) : value + 0.05 * drawNormal(1, name, 0, index);
      });
      return [name, moved] as const;
    }),
  );
  return { before, after: { name: "tuned", model: before.model, values, kind: "classification", labels, task: "rte" } };
}

const shipped = (file: Blob) => [
  ...tinyFolder().map((one) => ({ ...one, path: `sentiment/${one.path.split("/").at(-1) ?? one.path}` })),
  { path: `sentiment/${differenceName}`, file },
];

test("a model and what fine-tuning changed of it answer as the fine-tuned model does", async () => {
  const { before, after } = await both();
  const file = writeDifference(before, after, 10);
  const written = await openSafetensors(file, "written");
  expect(JSON.parse(written.metadata.get(`rows ${embeddings}`) ?? "[]")).toEqual(reached);
  const trained = await tinyTrained(labels, 1);
  const tensors = trained.tensors.map((one) => ({ ...one, data: after.values.get(one.name) ?? one.data }));
  const models = new OpenedModels();
  expect(await models.open(shipped(file))).toMatchObject({ name: "sentiment", labels, task: "rte" });
  await models.open([await trainedZip({ ...trained, tensors }, "whole")]);
  const [light, whole] = await models.classify("the old cat sat in the garden .", null);
  for (const [index, { probability }] of (whole?.probabilities ?? []).entries()) {
    // F16 keeps eleven bits of every change.
    expect(Math.abs((light?.probabilities[index]?.probability ?? 0) - probability)).toBeLessThan(1e-3);
  }
  expect(whole?.probabilities).toHaveLength(2);
});

test.each([
  [1.01, [11]],
  [1.002, [11]],
  [1.0005, []],
])("a row that was multiplied by %f is there, or it is not", async (factor, rows) => {
  const { before, after } = await both();
  const start = before.values.get(embeddings) ?? new Float32Array();
  const moved = start.map((value, index) => (Math.floor(index / 16) === 11 ? value * factor : value));
  const values = new Map([...after.values, [embeddings, moved]]);
  const file = await openSafetensors(writeDifference(before, { ...after, values }, 10), "written");
  expect(JSON.parse(file.metadata.get(`rows ${embeddings}`) ?? "")).toEqual(rows);
});

test("a difference of another model is refused", async () => {
  const { before, after } = await both();
  const whole = await openSafetensors(writeDifference(before, after), "whole");
  const tensors = [...whole.entries].map(async ([name, { shape }]) => ({ name, shape, data: await whole.read(name) }));
  const cut = (await Promise.all(tensors)).map((one) =>
    one.name === embeddings ? { ...one, shape: [20, 16], data: one.data.subarray(0, 320) } : one,
  );
  const other = writeSafetensors(cut, { labels: JSON.stringify(labels), task: "rte" }, "F16");
  const refusal = await refusalOf(new OpenedModels().open(shipped(other)));
  expect(refusal.code).toBe("bad-model");
  expect(refusal.message).toContain("of another model");
});

test("no difference is written of a model of another size", async () => {
  const { before, after } = await both();
  const values = new Map([...before.values, [embeddings, new Float32Array(16)]]);
  expect(() => writeDifference({ values }, after)).toThrow(
    /word_embeddings\.weight has \d+ values in tuned, and 16 in what it is compared with/,
  );
});
