import { describe, expect, it } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { problemWithGrowing } from "../../src/store/state.ts";
import { writeResult } from "../../src/analysis/result-text.ts";
import { bench, modelFiles, notices, ready, table } from "./bench.ts";
import type { Bench } from "./bench.ts";

const statuses = ({ app }: Bench) => app.store.getState().experiment.runs.map(({ id, status }) => `${id} ${status}`);
const problem = ({ app }: Bench) => problemWithGrowing(app.store.getState());

async function finished(...options: Parameters<typeof ready>): Promise<Bench> {
  const made = await ready(...options);
  made.app.actions.settings.includeMethod("two", false);
  await made.app.actions.run();
  return made;
}

/** A result of two methods and two seeds in another page, which has loaded nothing. */
async function reopened(): Promise<Bench> {
  const { app } = await finished();
  const result = app.archive.result();
  if (result === null) throw new Error("there is no result");
  const made = await bench();
  await made.app.actions.openResult(new Blob([writeResult(result)]), "kept.json");
  return made;
}

describe("an experiment that has ended", () => {
  it("grows by seeds, then by a method; what it knew stays, and comparisons are over all", async () => {
    const made = await finished();
    const { app } = made;
    const losses = app.archive.runs.map(({ steps }) => steps.map(({ loss }) => loss));
    expect(problem(made)).toBeNull();
    await app.actions.grow.extend({ methods: [], seeds: [3] });
    await app.actions.grow.extend({ methods: [{ id: "two", values: {} }], seeds: [] });
    const { status, config, comparisons, runs } = app.store.getState().experiment;
    expect(status).toBe("finished");
    expect(config?.plan).toMatchObject({ seeds: [1, 2, 3], methods: [{ id: "plain" }, { id: "one" }, { id: "two" }] });
    expect(runs.map(({ status: one }) => one)).toEqual(Array.from({ length: 9 }, () => "completed"));
    expect(app.archive.runs.slice(0, 4).map(({ steps }) => steps.map(({ loss }) => loss))).toEqual(losses);
    expect(comparisons.filter(({ score }) => score === "accuracy").map(({ seeds }) => seeds)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(app.store.getState().exports.runs.map(({ run }) => run)).toContain("two-seed3");
    expect(notices(app)).toEqual([]);
  });

  it("retries a run that failed, and those that never began", async () => {
    const error = new AppError("not-finite", "The loss is NaN at step 20.");
    const made = await finished({ failing: { run: 1, error, whole: false } });
    expect(statuses(made)).toContain("one-seed1 failed");
    await made.app.actions.grow.retry("one-seed1");
    expect(statuses(made).at(-1)).toBe("one-seed1 completed");
    expect(statuses(made)).toHaveLength(4);
  });

  it("stays as it is where the engine refuses", async () => {
    const made = await finished();
    const before = statuses(made);
    await made.app.actions.grow.retry("plain-seed1");
    expect(notices(made.app)).toEqual(["run: bad-settings"]);
    expect(statuses(made)).toEqual(before);
    expect(made.app.store.getState().experiment).toMatchObject({ status: "finished", source: "live" });
  });
});

describe("a result from a file", () => {
  it("says what must be loaded, and grows once it is", async () => {
    const made = await reopened();
    expect(problem(made)).toBe(
      "To add seeds or methods, or to retry a run, load what it was made with: the model bert_uncased_L-2_H-128_A-2 and " +
        "the rows (pairs).",
    );
    await made.app.actions.model.load(modelFiles);
    await made.app.actions.data.load("train", [table]);
    await expect.poll(() => problem(made)).toBeNull();
    await made.app.actions.grow.extend({ methods: [], seeds: [7] });
    expect(statuses(made).slice(-2)).toEqual(["plain-seed7 completed", "one-seed7 completed"]);
    expect(statuses(made)).toHaveLength(6);
    expect(made.app.store.getState().experiment.source).toBe("live");
  });
});
