import { zipSync } from "fflate";
import type { TensorData } from "../../src/models/safetensors.ts";

/** Bytes of a piece of a pickle. */
export type Piece = readonly number[];

const textBytes = (text: string): Piece => [...new TextEncoder().encode(text)];
const u32 = (value: number): Piece => [0, 8, 16, 24].map((shift) => (value >>> shift) & 255);

/** Pieces of a pickle of protocol 2, by what they put on the stack. Source: Python's pickletools. */
export const put = {
  text: (text: string): Piece => [0x58, ...u32(textBytes(text).length), ...textBytes(text)],
  int: (value: number): Piece => [0x4a, ...u32(value)],
  none: [0x4e],
  tuple: (...items: readonly Piece[]): Piece => [0x28, ...items.flat(), 0x74],
  list: (...items: readonly Piece[]): Piece => [0x5d, 0x28, ...items.flat(), 0x65],
  dict: (entries: Readonly<Record<string, Piece>>): Piece => [
    0x7d,
    0x28,
    ...Object.entries(entries).flatMap(([key, value]) => [...put.text(key), ...value]),
    0x75,
  ],
  global: (module: string, name: string): Piece => [0x63, ...textBytes(`${module}\n${name}\n`)],
  reduce: (callee: Piece, ...given: readonly Piece[]): Piece => [...callee, ...put.tuple(...given), 0x52],
  storage: (key: string, length: number, type = "FloatStorage"): Piece => [
    ...put.tuple(put.text("storage"), put.global("torch", type), put.text(key), put.text("cpu"), put.int(length)),
    0x51,
  ],
  tensor: (storage: Piece, offset: number, shape: readonly number[], strides: readonly number[]): Piece =>
    put.reduce(
      put.global("torch._utils", "_rebuild_tensor_v2"),
      storage,
      put.int(offset),
      put.tuple(...shape.map(put.int)),
      put.tuple(...strides.map(put.int)),
      [0x89],
      put.reduce(put.global("collections", "OrderedDict")),
    ),
} as const;

/** A whole pickle of one value. */
export function pickleOf(value: Piece): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([0x80, 2, ...value, 0x2e]);
}

/** The zip layout around any bytes of a data.pkl, with storages by key and any other files beside them. */
export function torchZip(
  pickle: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>> = {},
  others: Readonly<Record<string, Uint8Array>> = {},
): Blob {
  const data = Object.entries(storages).map(([key, bytes]) => [`archive/data/${key}`, bytes]);
  const files = { "archive/data.pkl": pickle, ...Object.fromEntries(data), ...others };
  return new Blob([zipSync(files, { level: 0 }).slice()]);
}

/** A pytorch_model.bin of these tensors. */
export function torchFile(tensors: readonly TensorData[]): Blob {
  const entries = tensors.map(({ name, shape, data }, key) => {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, extent) => product * extent, 1));
    return [name, put.tensor(put.storage(String(key), data.length), 0, shape, strides)] as const;
  });
  const storages = tensors.map(({ data }, key) => [key, new Uint8Array(data.slice().buffer)]);
  return torchZip(pickleOf(put.dict(Object.fromEntries(entries))), Object.fromEntries(storages));
}
