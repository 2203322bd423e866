import { describe, expect, test } from "vitest";
import { asTheFileSays, type ReadingChoice } from "../../../src/contract/reading.ts";
import { createApp, type App } from "../../../src/store/app.ts";
import { createFakeTrainer, type FakeTrainer } from "../fake-trainer.ts";

const file = (path: string) => ({ path, file: new Blob(["x"]) });
const latin: ReadingChoice = { ...asTheFileSays, encoding: "windows-1252" };

async function loaded(): Promise<{ readonly app: App; readonly trainer: FakeTrainer }> {
  const trainer = createFakeTrainer();
  const app = createApp(trainer, { quietMs: 0 });
  await app.actions.connect();
  await app.actions.data.load("train", [file("train.tsv")]);
  return { app, trainer };
}

describe("a file read another way", () => {
  test("is the same file with the choice; task and columns that a person gave are kept", async () => {
    const { app, trainer } = await loaded();
    const { data } = app.actions;
    const mapping = { first: 2, second: 1, label: 3 };
    data.setTask("rte");
    data.setMapping("train", mapping);
    expect(await data.readAgain("train", latin)).toBe(true);
    expect(trainer.calls).toContain("loadTable train, windows-1252");
    expect(app.store.getState().data).toMatchObject({ trainChoice: latin, task: "rte", trainMapping: mapping });
    expect(app.store.getState().data.train?.reading[0]?.found).toBe("Windows-1252");
  });

  test("a choice that gives no table changes nothing, and says why", async () => {
    const { app } = await loaded();
    await app.actions.data.readAgain("train", latin);
    const before = app.store.getState().data;
    expect(await app.actions.data.readAgain("train", { ...asTheFileSays, encoding: "utf-16le" })).toBe(false);
    const { train, trainChoice, trainMapping } = app.store.getState().data;
    expect([train, trainChoice, trainMapping]).toEqual([before.train, latin, before.trainMapping]);
    expect(JSON.stringify(app.store.getState().notices)).toContain("no row that can be read");
  });

  test("a fresh engine gets it; another file is read as it says itself", async () => {
    const { app, trainer } = await loaded();
    await app.actions.data.readAgain("train", latin);
    const before = trainer.calls.length;
    await app.actions.data.reload();
    expect(trainer.calls.slice(before)).toContain("loadTable train, windows-1252");
    expect(app.store.getState().data.trainChoice).toEqual(latin);
    await app.actions.data.load("train", [file("other.tsv")]);
    expect(app.store.getState().data.trainChoice).toEqual(asTheFileSays);
  });

  test("where there is none, nothing is read", async () => {
    const { app, trainer } = await loaded();
    const before = trainer.calls.length;
    expect(await app.actions.data.readAgain("dev", latin)).toBe(false);
    expect(trainer.calls.length).toBe(before);
  });

  test("a set of another source keeps its choice through a new name and a fresh engine", async () => {
    const { app, trainer } = await loaded();
    const { transfers } = app.actions;
    await transfers.add([file("snli.tsv")]);
    await transfers.readAgain("snli", { ...asTheFileSays, header: false });
    await transfers.rename("snli", "SNLI");
    await transfers.reload();
    expect(trainer.calls.filter((call) => call.startsWith("loadTransfer"))).toEqual([
      "loadTransfer snli",
      "loadTransfer snli, false",
      "loadTransfer SNLI, false",
      "loadTransfer snli away",
      "loadTransfer SNLI, false",
    ]);
    expect(app.store.getState().transfers.sets).toMatchObject([{ name: "SNLI", table: { header: null } }]);
  });
});
