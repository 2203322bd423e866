import { AppError } from "../../core/errors.ts";
import { readBytes } from "../../core/bytes.ts";
import type { PickleValue, TorchStorage } from "./pickle-values.ts";
import { openZip, type ZipEntry } from "../../core/zip.ts";

/** Where a storage's values begin, in bytes. */
export interface StoragePlace {
  /** Errors: bad-archive. */
  readonly blob: () => Promise<Blob>;
  readonly begin: number;
}

/** Enough for BERT-large's 391 tensors with an optimizer's state, twice. */
const maxFiles = 4000;

type Storages = ReadonlyMap<string, TorchStorage>;

/**
 * Opens the zip layout: the bytes of its one `<folder>/data.pkl`, and its other files by their path in that folder.
 *
 * Errors: bad-archive; bad-tensors where data.pkl is missing or too long, or the values are big-endian.
 */
export async function readZipPickle(
  blob: Blob,
  name: string,
  maxBytes: number,
): Promise<{ pickle: ArrayBuffer; entries: ReadonlyMap<string, ZipEntry> }> {
  const files = await openZip(blob, name, maxFiles);
  const [found, second] = files.filter(({ path }) => /^[^/]+\/data\.pkl$/.test(path));
  if (found === undefined || second !== undefined) {
    throw damaged(name, `it has ${found === undefined ? "no" : "more than one"} data.pkl`);
  }
  if (found.sizeBytes > maxBytes) {
    throw damaged(name, `its data.pkl has ${found.sizeBytes} bytes; at most ${maxBytes} are read`);
  }
  const prefix = found.path.slice(0, -"data.pkl".length);
  const inside = files.filter(({ path }) => path.startsWith(prefix));
  const entries = new Map(inside.map((entry) => [entry.path.slice(prefix.length), entry]));
  const order = entries.get("byteorder");
  if (order !== undefined && (order.sizeBytes > 16 || (await (await order.open()).text()).trim() !== "little")) {
    throw damaged(name, "its values are not in little-endian order");
  }
  const pickle = await found.open();
  return { pickle: await readBytes(pickle, 0, pickle.size, name, "bad-tensors"), entries };
}

/**
 * Finds every storage among the files of the zip layout, where it lies unpacked and is sliced, and read when a tensor is.
 *
 * Errors: bad-tensors for a storage that is missing, packed, or of another size than the pickle says.
 */
export function placeZipStorages(
  storages: Storages,
  entries: ReadonlyMap<string, ZipEntry>,
  name: string,
): ReadonlyMap<string, StoragePlace> {
  const places = new Map<string, StoragePlace>();
  for (const { key, length, itemBytes } of storages.values()) {
    const entry = entries.get(`data/${key}`);
    const what = `storage ${JSON.stringify(key.slice(0, 40))}`;
    if (entry === undefined) throw damaged(name, `${what} is missing`);
    if (entry.packed) throw damaged(name, `${what} is compressed, which torch.save() never does`);
    if (entry.sizeBytes !== length * itemBytes) {
      throw damaged(name, `${what} has ${entry.sizeBytes} bytes instead of ${length * itemBytes}`);
    }
    let opened: Promise<Blob> | null = null;
    places.set(key, { blob: () => (opened ??= entry.open()), begin: 0 });
  }
  return places;
}

/**
 * Finds every storage behind the pickles of the legacy layout: in the order of `keys`, an i64 count of values, then
 * the values.
 *
 * Errors: bad-tensors for a key that is unknown or missing, a count other than the pickle's, a file that is cut off.
 */
export async function placeLegacyStorages(
  storages: Storages,
  keys: readonly PickleValue[],
  { blob, begin }: { readonly blob: Blob; readonly begin: number },
  name: string,
): Promise<ReadonlyMap<string, StoragePlace>> {
  const places = new Map<string, StoragePlace>();
  let at = begin;
  for (const key of keys) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (storage === undefined || places.has(storage.key)) throw damaged(name, "its list of storages is wrong");
    const bytes = await readBytes(blob, at, at + 8, name, "bad-tensors");
    const count = bytes.byteLength === 8 ? new DataView(bytes).getBigInt64(0, true) : null;
    const end = at + 8 + storage.length * storage.itemBytes;
    if (count === null || !(end <= blob.size)) {
      throw damaged(name, `its tensors end at byte ${end} and the file at ${blob.size}: it is cut off`);
    }
    if (count !== BigInt(storage.length)) {
      throw damaged(name, `a storage has ${count} values where ${storage.length} are announced`);
    }
    places.set(storage.key, { blob: () => Promise.resolve(blob), begin: at + 8 });
    at = end;
  }
  if (places.size < storages.size) {
    throw damaged(name, `it lists ${places.size} storages and its tensors use ${storages.size}`);
  }
  return places;
}

function damaged(name: string, found: string): AppError {
  return new AppError("bad-tensors", `${name} cannot be read: ${found}. Is the download complete? Get it again.`);
}
