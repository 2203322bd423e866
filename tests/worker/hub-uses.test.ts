import { describe, expect, it } from "vitest";
import { Downloads } from "../../src/worker/downloads.ts";
import { memoryStore } from "../../src/models/hub/memory-store.ts";
import { HubUses } from "../../src/worker/hub-uses.ts";
import { smallBert } from "../train/synthetic.ts";

/** The browser's locks, as much of them as is used: of all tabs together. */
function tabLocks(): LockManager {
  const held = new Map<string, number>();
  const request = async (
    name: string,
    { mode = "exclusive" }: LockOptions,
    work: (lock: object | null) => Promise<unknown>,
  ): Promise<unknown> => {
    if (mode === "exclusive" && (held.get(name) ?? 0) > 0) return await work(null);
    held.set(name, (held.get(name) ?? 0) + 1);
    return await Promise.resolve(work({})).finally(() => held.set(name, (held.get(name) ?? 1) - 1));
  };
  // The real one has more overloads than are called here.
  return { request, query: () => Promise.resolve({}) } as unknown as LockManager;
}

const commit = "c".repeat(40);
const hub = (id: string) => ({ kind: "hub", id, revision: "main", commit }) as const;
const model = (id: string) => ({ kind: "model", id, commit }) as const;
const nothing = () => Promise.resolve();

describe.each([
  ["with locks", tabLocks],
  ["without locks", () => undefined],
])("what is loaded (%s)", (_, make) => {
  it("is not freed in its own tab, until another takes its place", async () => {
    const uses = new HubUses(make());
    await uses.during("model", "model", hub("org/a"), nothing);
    expect(await uses.unlessUsed(model("org/a"), nothing)).toBe(false);
    expect(await uses.unlessUsed(model("org/b"), nothing)).toBe(true);
    // A data set of the same name is another thing.
    expect(await uses.unlessUsed({ ...model("org/a"), kind: "dataset" }, nothing)).toBe(true);
    await expect(uses.during("model", "model", hub("org/b"), () => Promise.reject(new Error("bad")))).rejects.toThrow(
      "bad",
    );
    expect(await uses.unlessUsed(model("org/a"), nothing)).toBe(false);
    expect(await uses.unlessUsed(model("org/b"), nothing)).toBe(true);
    await uses.during("model", "model", { kind: "file" }, nothing);
    await Promise.resolve();
    expect(await uses.unlessUsed(model("org/a"), nothing)).toBe(true);
  });
});

it("what another tab has loaded is not freed, nor loaded while it is being freed", async () => {
  const locks = tabLocks();
  const [one, other] = [new HubUses(locks, 0), new HubUses(locks, 0)];
  await Promise.all([
    one.during("model", "model", hub("org/a"), nothing),
    other.during("model", "model", hub("org/a"), nothing),
  ]);
  await one.during("model", "model", { kind: "file" }, nothing);
  expect(await one.unlessUsed(model("org/a"), nothing)).toBe(false);
  await other.during("model", "model", hub("org/b"), nothing);
  await Promise.resolve();
  expect(await one.unlessUsed(model("org/a"), nothing)).toBe(true);
});

it("what a tab that has just gone had loaded is freed a moment later", async () => {
  const locks = tabLocks();
  const [one, other] = [new HubUses(locks), new HubUses(locks)];
  await other.during("model", "model", hub("org/a"), nothing);
  const freed = one.unlessUsed(model("org/a"), nothing);
  await other.during("model", "model", { kind: "file" }, nothing);
  expect(await freed).toBe(true);
});

it("of everything, what nobody uses is freed, and the rest is named", async () => {
  const store = memoryStore();
  for (const id of ["org/a", "org/b"]) {
    const draft = await store.openDraft({ ...model(id), path: "config.json", hash: id });
    await draft.append(Uint8Array.of(1));
    await draft.finish();
  }
  const downloads = new Downloads(() => Promise.resolve({ store, refusal: null }), tabLocks());
  await downloads.uses.during("model", "model", hub("org/a"), nothing);
  await expect(downloads.remove(null)).rejects.toMatchObject({
    code: "bad-settings",
    message: expect.stringMatching(/^org\/a: in use in this or another tab/),
  });
  expect((await store.list()).map(({ id }) => id)).toEqual(["org/a"]);
  await downloads.uses.during("model", "model", { kind: "file" }, nothing);
  expect((await downloads.remove(null)).files).toEqual([]);
});

it("of one repository that commit alone is freed which was asked for", async () => {
  const store = memoryStore();
  const commits = ["c", "d"].map((letter) => letter.repeat(40));
  for (const one of commits) {
    const draft = await store.openDraft({ ...model("org/a"), commit: one, path: "config.json", hash: one });
    await draft.append(Uint8Array.of(1));
    await draft.finish();
  }
  const downloads = new Downloads(() => Promise.resolve({ store, refusal: null }), tabLocks());
  const { files } = await downloads.remove({ ...model("org/a"), commit: commits[0] ?? "" });
  expect(files.map((file) => file.commit)).toEqual(commits.slice(1));
});

it("of a model that is loaded the small files are in memory: an export takes them along when its download is gone", async () => {
  let gone = false;
  /** As a file of the browser's storage is. */
  class OnDisk extends Blob {
    override arrayBuffer(): Promise<ArrayBuffer> {
      return gone ? Promise.reject(new DOMException("It is deleted.", "NotFoundError")) : super.arrayBuffer();
    }
  }
  const store = memoryStore();
  const contents = { "config.json": JSON.stringify(smallBert), "vocab.txt": "[PAD]\n", "model.safetensors": "weights" };
  for (const [path, text] of Object.entries(contents)) {
    const draft = await store.openDraft({ ...model("org/a"), path, hash: path });
    await draft.append(new TextEncoder().encode(text));
    await draft.finish();
  }
  await store.keepCommit(model("org/a"), "main", commit);
  const read = async (...key: Parameters<typeof store.read>) => {
    const file = await store.read(...key);
    return file === null ? null : new OnDisk([file]);
  };
  const downloads = new Downloads(() => Promise.resolve({ store: { ...store, read }, refusal: null }), undefined);
  const request = { hub: "https://hub.example", id: "org/a", revision: "main", keptOnly: true };
  const { files } = await downloads.model(request, () => undefined);
  gone = true;
  const told = await Promise.all(
    files.map(
      async ({ path, file }) =>
        [
          path,
          await file.arrayBuffer().then(
            (bytes) => Buffer.from(bytes),
            () => "gone",
          ),
        ] as const,
    ),
  );
  expect(Object.fromEntries(told.map(([path, bytes]) => [path, String(bytes)]))).toEqual({
    "a/config.json": contents["config.json"],
    "a/vocab.txt": contents["vocab.txt"],
    "a/model.safetensors": "gone",
  });
});
