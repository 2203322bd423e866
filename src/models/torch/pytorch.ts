import { AppError } from "../../core/errors.ts";
import { formatShape, sizeOf } from "../../core/shape.ts";
import { readBytes } from "../../core/bytes.ts";
import { readFloats } from "../floats.ts";
import { PickleCursor } from "./pickle-cursor.ts";
import type { PickleValue, TorchTensor } from "./pickle-values.ts";
import { readPickle } from "./pickle.ts";
import { placeLegacyStorages, placeZipStorages, readZipPickle, type StoragePlace } from "./pytorch-layouts.ts";
import { stateDictOf } from "./state-dict.ts";
import { spanOf, TorchWorld } from "./torch-objects.ts";
import type { Weights } from "../weights.ts";

/** An opened file: its tensors by name, and where their values lie. */
interface Opened {
  readonly table: PickleValue;
  /** By the key of the storage. */
  readonly places: ReadonlyMap<string, StoragePlace>;
}

/** The pickles of a legacy file lie before its tensors, and no length is told; BERT-large has 150 KB of them. */
const maxPickleBytes = 16_000_000;
/** Starts every legacy file, as an integer. Source: torch/serialization.py. */
const legacyMagic = 0x1950a86a20f9469cfc6cn;

/**
 * Opens what torch.save() made of a state dict, in the zip layout of torch 1.6 and later or the one before, without
 * reading any tensor. The pickle inside is read by a reader that knows tensors and nothing else: nothing is executed.
 *
 * Errors: bad-tensors for a file of another kind, a damaged one, an opcode or Python name that tensors do not need, and
 * a tensor that leaves its storage; bad-archive for a .zip that is damaged or unsafe.
 * Source: torch/serialization.py.
 */
export async function openPytorch(blob: Blob, name: string): Promise<Weights> {
  const start = new Uint8Array(await readBytes(blob, 0, 4, name, "bad-tensors"));
  const zipped = start[0] === 0x50 && start[1] === 0x4b;
  if (!zipped && start[0] !== 0x80) {
    throw new AppError(
      "bad-tensors",
      `${name} (${blob.size} bytes) is no file that torch.save() writes. Is the download complete? Get it again.`,
    );
  }
  const { table, places } = zipped ? await openZipped(blob, name) : await openLegacy(blob, name);
  const { tensors, key, notes } = stateDictOf(table, name);
  const described = [...tensors].map(
    ([tensor, { storage, shape }]) => [tensor, { dtype: storage.dtype, shape }] as const,
  );
  return {
    name,
    entries: new Map(described),
    ...(key === null ? {} : { key }),
    notes,
    async read(tensor) {
      const found = tensors.get(tensor);
      const place = places.get(found?.storage.key ?? "");
      if (found === undefined || place === undefined) {
        throw new AppError("missing-tensor", `${name} has no tensor "${tensor}"; it holds ${tensors.size} others.`);
      }
      return readTensor(place, found, tensor, name);
    },
  };
}

async function openZipped(blob: Blob, name: string): Promise<Opened> {
  const { pickle, entries } = await readZipPickle(blob, name, maxPickleBytes);
  const world = new TorchWorld();
  const table = readPickle(new PickleCursor(pickle, name), world);
  return { table, places: placeZipStorages(world.storages, entries, name) };
}

/** Five pickles in a row: magic number, version, facts about the machine, the table, and the keys in file order. */
async function openLegacy(blob: Blob, name: string): Promise<Opened> {
  const cursor = new PickleCursor(
    await readBytes(blob, 0, Math.min(blob.size, maxPickleBytes), name, "bad-tensors"),
    name,
  );
  const world = new TorchWorld();
  if (readPickle(cursor, world) !== legacyMagic) {
    throw cursor.refused("it is a pickle, but none that torch.save() writes");
  }
  const version = readPickle(cursor, world);
  if (version !== 1001) throw cursor.damaged("it is not of version 1001, the only one read");
  const machine = readPickle(cursor, world);
  if (typeof machine === "object" && machine?.kind === "dict" && machine.entries.get("little_endian") === false) {
    throw cursor.refused("it was written by a big-endian machine");
  }
  const table = readPickle(cursor, world);
  const keys = readPickle(cursor, world);
  const list = typeof keys === "object" && keys?.kind === "list" ? keys.items : [];
  const places = await placeLegacyStorages(world.storages, list, { blob, begin: cursor.at }, name);
  return { table, places };
}

async function readTensor(place: StoragePlace, tensor: TorchTensor, name: string, file: string): Promise<Float32Array> {
  const { storage, offset, shape, strides } = tensor;
  const span = spanOf(tensor);
  if (sizeOf(shape) > span) {
    throw new AppError(
      "bad-tensors",
      `Tensor "${name}" of ${file} repeats ${span} values to fill ${formatShape(shape)}; only tensors with values of ` +
        "their own are read. Save it with .contiguous().",
    );
  }
  const begin = place.begin + offset * storage.itemBytes;
  const range = [begin, begin + span * storage.itemBytes] as const;
  const values = await readFloats(await place.blob(), range, storage.dtype, { tensor: name, file });
  return isContiguous(tensor) ? values : gather(values, shape, strides);
}

function isContiguous({ shape, strides }: TorchTensor): boolean {
  return shape.every((extent, axis) => extent <= 1 || strides[axis] === sizeOf(shape.slice(axis + 1)));
}

/** The values of a view, such as a transposed one, in row-major order. */
function gather(values: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  const result = new Float32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = values[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [extent = 0, stride = 0] = [shape[axis], strides[axis]];
      const next = (index[axis] ?? 0) + 1;
      from += stride;
      index[axis] = next;
      if (next < extent) break;
      from -= next * stride;
      index[axis] = 0;
    }
  }
  return result;
}
