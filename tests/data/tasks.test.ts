import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { metricIds } from "../../src/analysis/scores/metrics.ts";
import { tasks } from "../../src/data/tasks/index.ts";

test("every file of the folder is in the array, under its own name", () => {
  const files = readdirSync(new URL("../../src/data/tasks/", import.meta.url)).filter((file) => file !== "index.ts");
  expect(tasks.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
});

test.each(tasks.map((task) => [task.id, task] as const))("%s describes itself", (_id, task) => {
  expect(task.metrics.filter(({ primary }) => primary).length).toBe(1);
  for (const { id } of task.metrics) expect(metricIds).toContain(id);
  expect(task.summary.length).toBeGreaterThan(40);
  if (task.kind === "regression") expect(task.labels).toBeNull();
});

test("labels stand in Hugging Face's order", () => {
  const order = Object.fromEntries(
    tasks.flatMap(({ id, labels }) => (labels === null ? [] : [[id, labels.join(" ")]])),
  );
  expect(order).toMatchObject({
    rte: "entailment not_entailment",
    mrpc: "not_equivalent equivalent",
    cola: "unacceptable acceptable",
    sst2: "negative positive",
    qnli: "entailment not_entailment",
    qqp: "not_duplicate duplicate",
    mnli: "entailment neutral contradiction",
    wnli: "not_entailment entailment",
  });
});

test("GLUE's files on the Hub are those of the task: their rows are the ones its summary counts", () => {
  const onHub = tasks.flatMap(({ id, summary, hub }) =>
    hub?.dataset === "nyu-mll/glue" ? [{ id, summary, hub }] : [],
  );
  expect(onHub.map(({ id }) => id)).toEqual(["rte", "mrpc", "stsb", "cola", "sst2", "qnli", "qqp", "mnli", "wnli"]);
  for (const { id, summary, hub } of onHub) {
    expect(hub.train.path).toBe(`${id}/train-00000-of-00001.parquet`);
    expect(hub.train.path).toContain(hub.train.split);
    expect(summary).toContain(`${hub.train.rowCount.toLocaleString("en")} `);
    for (const file of hub.dev) {
      expect(file.path).toBe(`${id}/${file.split}-00000-of-00001.parquet`);
      if (id !== "mnli") expect(summary).toContain(` ${file.rowCount.toLocaleString("en")} `);
    }
  }
  expect(onHub.find(({ id }) => id === "mnli")?.hub.dev.map(({ split }) => split)).toEqual([
    "validation_matched",
    "validation_mismatched",
  ]);
});
