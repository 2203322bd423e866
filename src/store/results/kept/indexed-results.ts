import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { resultSizeLimit } from "../../../contract/schemas/schema.ts";
import { AppError, messageOf } from "../../../core/errors.ts";
import { gone, noRoom, patched, tooLong, withKept, type ResultStore } from "./result-store.ts";

/** Heads and files apart, under one key, so that a list reads no file. What lies there is anybody's. */
interface Schema extends DBSchema {
  heads: { key: string; value: unknown };
  files: { key: string; value: unknown };
}

const databaseName = "dps-playground";
/** Of Web Locks, one for each entry that a tab has taken. */
const lockPrefix = "dps-playground.result ";
/** More entries than this are not listed. */
const mostEntries = 1000;

/** Results in IndexedDB, packed with gzip. Errors: no-access, where the browser refuses it. */
export async function openIndexedResults(): Promise<ResultStore> {
  const database = await told(() =>
    openDB<Schema>(databaseName, 1, {
      upgrade(fresh) {
        fresh.createObjectStore("heads");
        fresh.createObjectStore("files");
      },
      // Another version of the page wants to change it: it must not wait for this tab.
      blocking: (_, __, event) => {
        if (event.target instanceof IDBDatabase) event.target.close();
      },
    }),
  );
  return indexedResults(database, "BroadcastChannel" in globalThis ? new BroadcastChannel(databaseName) : null);
}

/** Strict: what was told to be kept outlives a power cut. */
const durable = { durability: "strict" } as const;

function indexedResults(database: IDBPDatabase<Schema>, channel: BroadcastChannel | null): ResultStore {
  const tell = (): void => channel?.postMessage("changed");
  return {
    list: () =>
      told(async () => {
        const reading = database.transaction("heads").store;
        const [ids, heads] = await Promise.all([
          reading.getAllKeys(null, mostEntries),
          reading.getAll(null, mostEntries),
        ]);
        return ids.map((id, index) => ({ id, head: heads[index] }));
      }),
    async read(id) {
      const file = await told(() => database.get("files", id));
      if (!(file instanceof Blob)) throw gone();
      return await unpacked(file);
    },
    async write(head, file) {
      const packed = await new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
      await told(async () => {
        const writing = database.transaction(["heads", "files"], "readwrite", durable);
        const heads = writing.objectStore("heads");
        const before = await heads.get(head.id);
        await Promise.all([
          heads.put(withKept({ ...head, sizeBytes: packed.size }, before), head.id),
          writing.objectStore("files").put(packed, head.id),
          writing.done,
        ]);
      });
      tell();
    },
    async change(id, patch) {
      await told(async () => {
        const writing = database.transaction("heads", "readwrite", durable);
        const head = await writing.store.get(id);
        await Promise.all([head === undefined ? null : writing.store.put(patched(head, patch), id), writing.done]);
      });
      tell();
    },
    async remove(id) {
      await told(async () => {
        const writing = database.transaction(["heads", "files"], "readwrite", durable);
        await Promise.all([
          writing.objectStore("heads").delete(id),
          writing.objectStore("files").delete(id),
          writing.done,
        ]);
      });
      tell();
    },
    async hold(id) {
      const release = await holdLock(`${lockPrefix}${id}`);
      tell();
      return release;
    },
    held: heldIds,
    follow: (changed) => channel?.addEventListener("message", () => changed()),
  };
}

/** Without a secure context there are no locks, and nobody is kept out. */
async function holdLock(name: string): Promise<(() => void) | null> {
  if (!("locks" in navigator)) return () => {};
  return await new Promise((resolve, reject) => {
    void navigator.locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return;
        }
        return new Promise<void>((release) => resolve(release));
      })
      .catch(reject);
  });
}

async function heldIds(): Promise<ReadonlySet<string>> {
  if (!("locks" in navigator)) return new Set();
  const { held = [] } = await navigator.locks.query();
  const names = held.flatMap(({ name }) => name ?? []);
  return new Set(names.filter((name) => name.startsWith(lockPrefix)).map((name) => name.slice(lockPrefix.length)));
}

/** Unpacks no further than a result may be long. Errors: not-found, too-large. */
async function unpacked(file: Blob): Promise<string> {
  const parts: BlobPart[] = [];
  let sizeBytes = 0;
  try {
    const reader = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      sizeBytes += value.byteLength;
      if (sizeBytes > resultSizeLimit) {
        await reader.cancel();
        break;
      }
      parts.push(value);
    }
  } catch {
    throw gone();
  }
  if (sizeBytes > resultSizeLimit) throw tooLong();
  return await new Blob(parts).text();
}

/** Puts the browser's refusals in words. Errors: no-space; no-access, where it keeps nothing at all. */
async function told<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    const full = thrown instanceof DOMException && thrown.name === "QuotaExceededError";
    throw full
      ? noRoom("This browser's storage is full.", thrown)
      : new AppError("no-access", `This browser keeps no results here (${messageOf(thrown)}).`, { cause: thrown });
  }
}
