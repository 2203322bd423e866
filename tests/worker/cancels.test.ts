import { expect, it } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { Cancels, guardedFile } from "../../src/worker/cancels.ts";
import { createTrainer } from "../../src/worker/trainer.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { fakeGpu } from "../gpu/fake-gpu.ts";
import { rteTable, tinyFolder } from "../models/tiny-folder.ts";
import { tinyPlan } from "./engine.ts";

it("ends the calls for one thing and no other, at once, and sees to what still goes on", async () => {
  const cancels = new Cancels();
  const never = (): Promise<never> => new Promise(() => undefined);
  const abandoned: string[] = [];
  const ended = [1, 2].map((call) => cancels.run("train", never, () => abandoned.push(`${call}`)));
  let go: (text: string) => void = () => undefined;
  const other = cancels.run(
    "dev",
    () => new Promise<string>((resolve) => (go = resolve)),
    () => abandoned.push("dev"),
  );
  cancels.cancel("train");
  for (const one of ended) await expect(one).rejects.toMatchObject({ code: "stopped" });
  expect(abandoned).toEqual(["1", "2"]);
  go("read");
  expect(await other).toBe("read");
  // What has ended cannot be ended.
  cancels.cancel("dev");
  cancels.cancel("train");
  expect(abandoned).toEqual(["1", "2"]);
  expect(await cancels.run("train", () => 3)).toBe(3);
  await expect(cancels.run("train", () => Promise.reject(new AppError("bad-table", "x")))).rejects.toThrow("x");
});

it("no more of a file is read, neither in slices nor as a stream", async () => {
  const controller = new AbortController();
  const { file } = guardedFile({ path: "a", file: new Blob(["abc"], { type: "text/x" }) }, controller.signal);
  expect([await file.slice(1, 2).text(), await file.text(), file.size, file.type]).toEqual(["b", "abc", 3, "text/x"]);
  expect(await new Response(file.stream()).text()).toBe("abc");
  const reader = file.stream().getReader();
  controller.abort(new AppError("stopped", "enough"));
  expect(() => file.slice(0, 1)).toThrow("enough");
  await expect(reader.read().then(() => reader.read())).rejects.toThrow("enough");
});

const rows = (count: number) => ({ path: "train.tsv", file: new Blob([rteTable(count)]) });

it("what was there before a cancelled reading stays: model, tables, tokens", async () => {
  const trainer = createTrainer(undefined);
  await trainer.loadModel(tinyFolder());
  await trainer.loadTable("train", rows(16));
  await trainer.loadTable("dev", rows(6));
  const cancelled = [
    ["train", () => trainer.loadTable("train", rows(40))],
    ["dev", () => trainer.loadTable("dev", rows(40))],
    ["sets", () => trainer.loadTransfer("other", rows(5))],
    ["model", () => trainer.loadModel(tinyFolder({ config: { hidden_dropout_prob: 0.2 } }))],
  ] as const;
  for (const [what, call] of cancelled) {
    const going = call();
    await trainer.cancel(what);
    await expect(going).rejects.toMatchObject({ name: "stopped" });
  }
  const preparing = trainer.prepareData(anyChoice, tinyLength);
  await trainer.cancel("data");
  await expect(preparing).rejects.toMatchObject({ name: "stopped" });
  const { train, dev, transfers } = await trainer.prepareData(anyChoice, tinyLength);
  expect([train.count, dev.count, transfers]).toEqual([16, 6, []]);
});

it("the timing of steps ends at once, though the GPU answers nothing", async () => {
  const never = new Promise<never>(() => undefined);
  const trainer = createTrainer(
    fakeGpu(
      () => never,
      () => never,
    ),
  );
  const timing = trainer.measure(tinyPlan(["vanilla"], [1]));
  await trainer.cancel("timing");
  await expect(timing).rejects.toMatchObject({ name: "stopped" });
});
