import type { Shape } from "../../core/shape.ts";

/** A Python tuple or list; a list may still grow while its pickle is read. */
interface PickleSequence {
  readonly kind: "tuple" | "list";
  readonly items: PickleValue[];
}

/** A Python dict or OrderedDict: its entries with text keys, which are all that a file of tensors needs. */
export interface PickleDict {
  readonly kind: "dict";
  readonly entries: Map<string, PickleValue>;
}

/** A name of Python's; there is no code behind it. */
interface PickleGlobal {
  readonly kind: "global";
  /** With its module: "collections.OrderedDict". */
  readonly name: string;
}

/** What stands where a Python object would be made: its class by name, or "bytes", and nothing of what it holds. */
interface PickleObject {
  readonly kind: "object";
  readonly name: string;
}

/** Values laid end to end, which tensors are views of. */
export interface TorchStorage {
  readonly kind: "storage";
  readonly key: string;
  /** As safetensors spells it: F32, F16, … */
  readonly dtype: string;
  readonly itemBytes: number;
  /** In values. */
  readonly length: number;
}

/** A view of a storage; offset and strides count values, and the last value lies inside the storage. */
export interface TorchTensor {
  readonly kind: "tensor";
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** Everything that a restricted pickle can make: plain data, and descriptions of tensors. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleSequence
  | PickleDict
  | PickleGlobal
  | PickleObject
  | TorchStorage
  | TorchTensor;

/** "a tuple", "the global collections.OrderedDict": what a value is, for messages. */
export function describeValue(value: PickleValue | undefined): string {
  if (value === null || value === undefined) return "nothing";
  if (typeof value !== "object") return typeof value === "bigint" ? "a huge number" : `a ${typeof value}`;
  if (value.kind === "object") return `a Python object (${value.name.slice(0, 100)})`;
  return value.kind === "global" ? `the global ${value.name}` : `a ${value.kind}`;
}
