import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { resultSizeLimit } from "../../../contract/schemas/schema.ts";
import { AppError, messageOf } from "../../../core/errors.ts";
import { goesOn, gone, keptRunOf, noRoom, patched, tooLong, withKept, type ResultStore } from "./result-store.ts";
import { keptRunsOf } from "./standing.ts";

/** An entry's id, and a run's. */
type RunKey = [string, string];

/**
 * Heads and files apart, under one key, so that a list reads no file: of results, and of runs under way. What lies there is
 * anybody's.
 */
interface Schema extends DBSchema {
  heads: { key: string; value: unknown };
  files: { key: string; value: unknown };
  runs: { key: RunKey; value: unknown };
  runFiles: { key: RunKey; value: unknown };
}

const databaseName = "dps-playground";
/** Of Web Locks, one for each entry that a tab has taken. */
const lockPrefix = "dps-playground.result ";
/** The first two are those of the first version. */
const stores = ["heads", "files", "runs", "runFiles"] as const;
/** More entries than this are not listed. */
const mostEntries = 1000;

/** Results in IndexedDB, packed with gzip. Errors: no-access, where the browser refuses it. */
export async function openIndexedResults(): Promise<ResultStore> {
  const database = await told(() =>
    openDB<Schema>(databaseName, 2, {
      upgrade(fresh, before) {
        const wanted = before < 1 ? stores : stores.slice(2);
        for (const name of wanted) fresh.createObjectStore(name);
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
        const reading = database.transaction(["heads", "runs"]);
        const heads = reading.objectStore("heads");
        const runs = reading.objectStore("runs");
        const [ids, found, keys, standing] = await Promise.all([
          heads.getAllKeys(null, mostEntries),
          heads.getAll(null, mostEntries),
          runs.getAllKeys(null, mostEntries),
          runs.getAll(null, mostEntries),
        ]);
        const runsOf = (id: string): readonly unknown[] => standing.filter((_, index) => keys[index]?.[0] === id);
        return ids.map((id, index) => ({ id, head: found[index], runs: runsOf(id) }));
      }),
    async read(id) {
      const file = await told(() => database.get("files", id));
      if (!(file instanceof Blob)) throw gone();
      return await unpacked(file);
    },
    async write(head, file, ended) {
      const packed = await new Response(file.stream().pipeThrough(new CompressionStream("gzip"))).blob();
      await told(async () => {
        const writing = database.transaction(stores, "readwrite", durable);
        const heads = writing.objectStore("heads");
        const before = await heads.get(head.id);
        await Promise.all([
          heads.put(withKept({ ...head, sizeBytes: packed.size }, before), head.id),
          writing.objectStore("files").put(packed, head.id),
          ...(head.over ? [allRuns(head.id)] : ended.map((run): RunKey => [head.id, run])).flatMap((gone) => [
            writing.objectStore("runs").delete(gone),
            writing.objectStore("runFiles").delete(gone),
          ]),
          writing.done,
        ]);
      });
      tell();
    },
    ...runsIn(database, tell),
    async change(id, patch) {
      await told(async () => {
        const writing = database.transaction(stores, "readwrite", durable);
        const heads = writing.objectStore("heads");
        const head = await heads.get(id);
        await Promise.all([
          head === undefined ? null : heads.put(patched(head, patch), id),
          ...(patch.over === true ? [writing.objectStore("runs"), writing.objectStore("runFiles")] : []).map((store) =>
            store.delete(allRuns(id)),
          ),
          writing.done,
        ]);
      });
      tell();
    },
    async remove(id) {
      await told(async () => {
        const writing = database.transaction(stores, "readwrite", durable);
        await Promise.all([
          writing.objectStore("heads").delete(id),
          writing.objectStore("files").delete(id),
          writing.objectStore("runs").delete(allRuns(id)),
          writing.objectStore("runFiles").delete(allRuns(id)),
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

/** Runs under way. */
function runsIn(database: IDBPDatabase<Schema>, tell: () => void): Pick<ResultStore, "writeRun" | "readRuns"> {
  return {
    async writeRun(id, saved) {
      await told(async () => {
        const writing = database.transaction(stores, "readwrite", durable);
        const key: RunKey = [id, saved.run];
        const wanted = goesOn(await writing.objectStore("heads").get(id));
        await Promise.all([
          wanted ? writing.objectStore("runs").put(keptRunOf(saved), key) : null,
          wanted ? writing.objectStore("runFiles").put(saved.file, key) : null,
          writing.done,
        ]);
      });
      tell();
    },
    readRuns: (id) =>
      told(async () => {
        const reading = database.transaction(["runs", "runFiles"]);
        const [runs, files] = await Promise.all([
          reading.objectStore("runs").getAll(allRuns(id)),
          reading.objectStore("runFiles").getAll(allRuns(id)),
        ]);
        return runs.flatMap((run, index) => {
          const [read] = keptRunsOf([run]);
          const file = files[index];
          return read === undefined || !(file instanceof Blob) ? [] : [{ ...read, file }];
        });
      }),
  };
}

/** The runs of an entry: an array comes after all texts. */
function allRuns(id: string): IDBKeyRange {
  return IDBKeyRange.bound([id], [id, []]);
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
