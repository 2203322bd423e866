import { describe, expect, it } from "vitest";
import type { KeptFile } from "../../../src/contract/sources/hub.ts";
import { AppError } from "../../../src/core/errors.ts";
import { createApp } from "../../../src/store/app.ts";
import { repositoriesOf } from "../../../src/store/setup/storage.ts";
import { createFakeTrainer } from "../fake-trainer.ts";

const [one, other] = ["1".repeat(40), "2".repeat(40)] as const;

function file(id: string, commit: string, path: string, sizeBytes: number, complete = true): KeptFile {
  return { kind: id.includes("data") ? "dataset" : "model", id, commit, path, hash: null, sizeBytes, complete };
}

describe("kept repositories", () => {
  it("are the files by commit, largest first", () => {
    const files = [
      file("a/b", one, "config.json", 10),
      file("a/data", one, "train.parquet", 500),
      file("a/b", one, "model.safetensors", 90),
      file("a/b", other, "model.safetensors", 1000),
    ];
    expect(repositoriesOf(files)).toEqual([
      { kind: "model", id: "a/b", commit: other, sizeBytes: 1000, fileCount: 1, brokenOff: false, complete: true },
      { kind: "dataset", id: "a/data", commit: one, sizeBytes: 500, fileCount: 1, brokenOff: false, complete: true },
      { kind: "model", id: "a/b", commit: one, sizeBytes: 100, fileCount: 2, brokenOff: false, complete: true },
    ]);
  });

  it("are not complete with a file that broke off, or a model without weights", () => {
    const complete = (...files: KeptFile[]) => repositoriesOf(files).map((repository) => repository.complete);
    expect(complete(file("a/b", one, "config.json", 10), file("a/b", one, "pytorch_model.bin", 9, false))).toEqual([false]); // prettier-ignore
    expect(complete(file("a/b", one, "config.json", 10))).toEqual([false]);
    expect(complete(file("a/b", one, "config.json", 10), file("a/b", one, "pytorch_model.bin", 9))).toEqual([true]);
    expect(complete(file("a/data", one, "train.parquet", 10, false))).toEqual([false]);
    expect(repositoriesOf([file("a/b", one, "config.json", 10)])[0]?.brokenOff).toBe(false);
    expect(repositoriesOf([file("a/b", one, "pytorch_model.bin", 9, false)])[0]?.brokenOff).toBe(true);
  });
});

describe("the storage slice", () => {
  const kept = [file("a/b", one, "model.safetensors", 100), file("a/data", other, "train.parquet", 10)];

  it("looks when the page opens, and frees one or all", async () => {
    const trainer = createFakeTrainer({ hub: { kept } });
    const { actions, store } = createApp(trainer);
    await actions.connect();
    const ids = () => store.getState().storage.record?.files.map(({ id }) => id);
    expect(ids()).toEqual(["a/b", "a/data"]);
    const [model] = repositoriesOf(kept);
    const removing = actions.storage.remove(model ?? null);
    expect(store.getState().storage.removing).toBe(`model a/b ${one}`);
    await removing;
    expect(trainer.calls).toContain(`removeKept a/b ${one}`);
    expect(ids()).toEqual(["a/data"]);
    await actions.storage.remove(null);
    expect(ids()).toEqual([]);
    expect(store.getState().storage.removing).toBeNull();
  });

  it("says what is in use, and shows what is kept after all", async () => {
    const trainer = createFakeTrainer({ hub: { kept } });
    const { actions, store } = createApp(trainer);
    await actions.connect();
    const removeKept = trainer.removeKept.bind(trainer);
    trainer.removeKept = async () => {
      await removeKept({ kind: "dataset", id: "a/data", commit: other });
      throw new AppError("bad-settings", "a/b: in use");
    };
    await actions.storage.remove(null);
    expect(store.getState().storage.record?.files.map(({ id }) => id)).toEqual(["a/b"]);
    expect(store.getState().notices.items).toMatchObject([{ place: "storage", message: "a/b: in use" }]);
    expect(store.getState().storage.removing).toBeNull();
  });

  it("asks the browser to keep it, and says when that was declined", async () => {
    const answers = [false, true];
    const app = createApp(createFakeTrainer(), { askToPersist: () => Promise.resolve(answers.shift() === true) });
    await app.actions.storage.persist();
    expect(app.store.getState().storage.declined).toBe(true);
    await app.actions.storage.persist();
    expect(app.store.getState().storage.declined).toBe(false);
  });

  it("says where the browser has no such thing", async () => {
    const app = createApp(createFakeTrainer());
    await app.actions.storage.persist();
    expect(app.store.getState().notices.items).toMatchObject([{ place: "storage", code: "no-space" }]);
  });
});
