import { describe, expect, test } from "vitest";
import { openFineTuned, tasksOf } from "../../../src/experiment/prediction/fine-tuned.ts";
import { exportedFiles } from "../../../src/models/export.ts";
import type { FolderFile } from "../../../src/models/folder.ts";
import { tinyTrained, trainedZip } from "../../models/exported-zip.ts";
import { tinyFolder } from "../../models/tiny-folder.ts";
import { refusalOf } from "../refusal.ts";

/** A saved folder whose config.json was changed. */
async function folderWith(labels: readonly string[], change: Record<string, unknown>): Promise<readonly FolderFile[]> {
  const files: FolderFile[] = [];
  for await (const { name, file } of exportedFiles(await tinyTrained(labels, 1), null)) {
    const config = name === "config.json" ? { ...JSON.parse(await file.text()), ...change } : null;
    files.push({ path: `run/${name}`, file: config === null ? file : new Blob([JSON.stringify(config)]) });
  }
  return files;
}

describe("a fine-tuned model from disk", () => {
  test("says its classes and task, from a folder and a .zip", async () => {
    const classes = ["entailment", "not_entailment"];
    const zip = await trainedZip(await tinyTrained(classes, 1), "one");
    const model = await openFineTuned([zip]);
    expect(model).toMatchObject({ name: "one", labels: classes, task: "rte" });
    expect(tasksOf(model).map(({ id }) => id)).toEqual(["rte"]);
    const score = await openFineTuned(await folderWith([], {}));
    expect(score).toMatchObject({ name: "run", labels: [], task: "stsb" });
  });

  test("of a task that is unknown here reads one text or two", async () => {
    const classes = await openFineTuned(await folderWith(["no", "yes"], { finetuning_task: "spam" }));
    expect(classes.task).toBeNull();
    expect(tasksOf(classes).map(({ id }) => id)).toEqual(["single", "pair"]);
    const score = await openFineTuned(await folderWith([], { finetuning_task: null, problem_type: null }));
    expect(tasksOf(score).map(({ id }) => id)).toEqual(["single-score", "pair-score"]);
  });

  test("without names for its classes is refused, and takes those that are given", async () => {
    const bare = await folderWith(["no", "yes"], { id2label: undefined });
    expect(await refusalOf(openFineTuned(bare))).toMatchObject({
      code: "bad-config",
      message: expect.stringMatching(/no id2label, and the model 2 classes.*0 to 1.*--labels/),
    });
    expect((await openFineTuned(bare, ["bad", "good"])).labels).toEqual(["bad", "good"]);
    expect(await refusalOf(openFineTuned(bare, ["one", "two", "three"]))).toMatchObject({ code: "bad-settings" });
    const other = await folderWith(["no", "yes"], { id2label: { 0: "a", 1: "b", 2: "c" } });
    expect(await refusalOf(openFineTuned(other))).toMatchObject({
      code: "bad-config",
      message: expect.stringMatching(/an id2label of 3 names, and the model 2 classes/),
    });
    const gap = await folderWith(["no", "yes"], { id2label: { 1: "a", 2: "b" } });
    expect(await refusalOf(openFineTuned(gap))).toMatchObject({
      code: "bad-config",
      message: expect.stringMatching(/id2label names 1, 2; wanted is every number from 0 to 1/),
    });
  });

  test("of several labels is told by its problem_type, also with one label", async () => {
    const several = { problem_type: "multi_label_classification", finetuning_task: null };
    const two = await openFineTuned(await folderWith(["no", "yes"], several));
    expect(two).toMatchObject({ kind: "multi-label", labels: ["no", "yes"] });
    expect(tasksOf(two).map(({ id }) => id)).toEqual(["single-labels", "pair-labels"]);
    const one = await openFineTuned(await folderWith(["yes"], several));
    expect(one).toMatchObject({ kind: "multi-label", labels: ["yes"] });
  });

  test("is refused where it was not fine-tuned, or answers in another way", async () => {
    expect(await refusalOf(openFineTuned(tinyFolder()))).toMatchObject({
      code: "bad-model",
      message: expect.stringMatching(/tiny has no classifier\.weight.*was not fine-tuned yet/),
    });
    const scores = await folderWith(["no", "yes"], { problem_type: "regression" });
    expect((await refusalOf(openFineTuned(scores))).message).toMatch(/run gives 2 scores a text/);
    expect(await refusalOf(openFineTuned(await folderWith([], {}), ["a"]))).toMatchObject({ code: "bad-settings" });
  });
});
