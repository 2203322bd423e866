import { afterEach, describe, expect, it, vi } from "vitest";
import { openBrowserStore } from "../../src/worker/browser-store.ts";
import { Downloads } from "../../src/worker/downloads.ts";

/** What the fake file system does at its quota. */
interface Quota {
  /** Bytes it takes before that. */
  readonly bytes: number;
  /** What write() answers then. */
  readonly answer: number;
}

/** The browser's private file system, as much of it as is used. */
function fakeFolder(quota: Quota): unknown {
  const entries = new Map<string, unknown>();
  const entry = (name: string, create: boolean | undefined, make: () => unknown): unknown => {
    const found = entries.get(name) ?? (create === true ? make() : undefined);
    if (found === undefined) throw new DOMException("none", "NotFoundError");
    entries.set(name, found);
    return found;
  };
  return {
    kind: "directory",
    getDirectoryHandle: async (name: string, { create }: { create?: boolean } = {}) =>
      entry(name, create, () => fakeFolder(quota)),
    getFileHandle: async (name: string, { create }: { create?: boolean } = {}) =>
      entry(name, create, () => fakeFile(quota)),
    removeEntry: async (name: string) => void entries.delete(name),
    keys: async function* () {
      yield* entries.keys();
    },
    entries: async function* () {
      yield* entries.entries();
    },
  };
}

function fakeFile(quota: Quota): unknown {
  let bytes = new Uint8Array(0);
  const access = {
    truncate: (size: number) => {
      bytes = bytes.slice(0, size);
    },
    getSize: () => bytes.length,
    write: (more: Uint8Array, { at = 0 } = {}) => {
      if (at + more.length > quota.bytes) return quota.answer;
      const next = new Uint8Array(Math.max(bytes.length, at + more.length));
      next.set(bytes);
      next.set(more, at);
      bytes = next;
      return more.length;
    },
    flush: () => undefined,
    close: () => undefined,
  };
  return { kind: "file", createSyncAccessHandle: async () => access, getFile: async () => new Blob([bytes]) };
}

const stub = (storage: object): void => void vi.stubGlobal("navigator", { storage });
afterEach(() => vi.unstubAllGlobals());

const key = { kind: "model", id: "org/m", commit: "c".repeat(40), path: "model.safetensors", hash: "h" } as const;

describe("a browser's storage that is full", () => {
  it.each([
    ["writes a part", 2],
    ["writes nothing", 0],
    ["answers with a negative number, wrapped around", 4_294_967_288],
  ])("%s: that is want of room, and what came before is kept", async (_, answer) => {
    const root = fakeFolder({ bytes: 5, answer });
    stub({ getDirectory: async () => root });
    const { store, refusal } = await openBrowserStore();
    expect(refusal).toBeNull();
    const draft = await store.openDraft(key);
    await draft.append(Uint8Array.of(1, 2, 3, 4));
    await expect(draft.append(Uint8Array.of(5, 6, 7))).rejects.toMatchObject({
      code: "no-space",
      message: expect.stringContaining("storage is full"),
    });
    expect(draft.sizeBytes).toBe(4);
    expect([...new Uint8Array(await (await draft.content()).arrayBuffer())]).toEqual([1, 2, 3, 4]);
  });
});

describe("a browser that will not say how much room there is", () => {
  it("lists what is kept all the same", async () => {
    const root = fakeFolder({ bytes: 100, answer: 0 });
    const refuse = () => Promise.reject(new TypeError("not here"));
    stub({ getDirectory: async () => root, estimate: refuse, persisted: refuse });
    const downloads = new Downloads(openBrowserStore);
    const record = await downloads.storage();
    expect(record).toEqual({ files: [], usageBytes: null, quotaBytes: null, persistent: false, refusal: null });
  });

  it("lists it, too, where the browser does not know the question, or fails over it", async () => {
    const root = fakeFolder({ bytes: 100, answer: 0 });
    const fail = () => {
      throw new TypeError("Illegal invocation");
    };
    for (const answers of [{}, { estimate: fail, persisted: fail }]) {
      stub({ getDirectory: async () => root, ...answers });
      const record = await new Downloads(openBrowserStore).storage();
      expect(record).toMatchObject({ usageBytes: null, persistent: false });
    }
  });
});
