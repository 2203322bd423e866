import { sizeOf } from "../../core/shape.ts";
import type { PickleCursor } from "./pickle-cursor.ts";
import type { PickleWorld } from "./pickle-machine.ts";
import { isHarmful } from "./harmful-names.ts";
import { describeValue, type PickleValue, type TorchStorage, type TorchTensor } from "./pickle-values.ts";

/** Dtype, as safetensors spells it, and bytes a value of torch's storages. */
const storageTypes: ReadonlyMap<string, readonly [dtype: string, itemBytes: number]> = new Map([
  ["torch.DoubleStorage", ["F64", 8]],
  ["torch.FloatStorage", ["F32", 4]],
  ["torch.HalfStorage", ["F16", 2]],
  ["torch.BFloat16Storage", ["BF16", 2]],
  ["torch.LongStorage", ["I64", 8]],
  ["torch.IntStorage", ["I32", 4]],
  ["torch.ShortStorage", ["I16", 2]],
  ["torch.CharStorage", ["I8", 1]],
  ["torch.ByteStorage", ["U8", 1]],
  ["torch.BoolStorage", ["BOOL", 1]],
]);

type Call = (given: readonly PickleValue[], cursor: PickleCursor) => PickleValue;

/** Calls that are followed; any other gives the name of an object, and nothing is made. Source: torch/_utils.py. */
const calls: ReadonlyMap<string, Call> = new Map([
  ["collections.OrderedDict", makeOrderedDict],
  ["torch._utils._rebuild_tensor_v2", rebuildTensor],
  ["torch._utils._rebuild_parameter", rebuildParameter],
  ["torch._utils._rebuild_parameter_with_state", rebuildParameter],
  ["torch._tensor._rebuild_from_type_v2", rebuildOfType],
]);

const maxRank = 16;

/** What torch's pickles refer to: storages by key, and three calls that only describe tensors. */
export class TorchWorld implements PickleWorld {
  /** Every storage that was named, by key. */
  readonly storages = new Map<string, TorchStorage>();

  global(name: string, cursor: PickleCursor): PickleValue {
    if (!isHarmful(name)) return { kind: "global", name };
    throw cursor.refused(`it asks for the Python name ${JSON.stringify(name.slice(0, 200))}`);
  }

  object(callee: PickleValue, cursor: PickleCursor): PickleValue {
    const known = typeof callee === "object" && callee?.kind === "global" ? callee.name : null;
    if (known !== null && !storageTypes.has(known)) return { kind: "object", name: known };
    throw cursor.refused(`it makes an object of ${describeValue(callee)}`);
  }

  call(callee: PickleValue, given: readonly PickleValue[], cursor: PickleCursor): PickleValue {
    const call = typeof callee === "object" && callee?.kind === "global" ? calls.get(callee.name) : undefined;
    if (call !== undefined) return call(given, cursor);
    const name = typeof callee === "object" && callee?.kind === "global" ? callee.name : null;
    if (name !== null && !storageTypes.has(name)) return { kind: "object", name };
    throw cursor.refused(`it calls ${describeValue(callee)}`);
  }

  /** ("storage", type, key, device, length), in the older layout followed by a view of the storage or None. */
  persistent(id: PickleValue, cursor: PickleCursor): PickleValue {
    const parts = typeof id === "object" && id?.kind === "tuple" ? id.items : [];
    const [tag, type, key, , length, view = null] = parts;
    const known = typeof type === "object" && type?.kind === "global" ? storageTypes.get(type.name) : undefined;
    if (tag !== "storage" || known === undefined || typeof key !== "string" || !isCount(length) || parts.length > 6) {
      throw cursor.refused("it refers to something that is no storage of tensors");
    }
    if (view !== null) throw cursor.refused("it refers to a view of a storage, as torch before 0.4 did");
    const [dtype, itemBytes] = known;
    const before = this.storages.get(key);
    if (before !== undefined && (before.dtype !== dtype || before.length !== length)) {
      throw cursor.damaged(`storage ${JSON.stringify(key.slice(0, 40))} is described in two ways`);
    }
    const storage = before ?? { kind: "storage", key, dtype, itemBytes, length };
    this.storages.set(key, storage);
    return storage;
  }
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** An empty one: items are added by opcodes of their own. */
function makeOrderedDict(given: readonly PickleValue[], cursor: PickleCursor): PickleValue {
  if (given.length > 0) throw cursor.refused("it makes an OrderedDict out of other values");
  return { kind: "dict", entries: new Map() };
}

/** (storage, offset, shape, strides, requires_grad, hooks, …): only the first four say what the tensor is. */
function rebuildTensor(given: readonly PickleValue[], cursor: PickleCursor): TorchTensor {
  const [storage, offset, shapeGiven, stridesGiven] = given;
  if (typeof storage !== "object" || storage?.kind !== "storage") {
    throw cursor.damaged(`a tensor is made of ${describeValue(storage)} instead of a storage`);
  }
  const shape = countsOf(shapeGiven);
  const strides = countsOf(stridesGiven);
  if (!isCount(offset) || shape === null || strides?.length !== shape.length || shape.length > maxRank) {
    throw cursor.damaged("a tensor has no shape, strides and offset of whole numbers from 0");
  }
  const tensor = { kind: "tensor", storage, offset, shape, strides } as const;
  const end = offset + spanOf(tensor);
  if (!(end <= storage.length)) {
    throw cursor.damaged(`a tensor ends at value ${end} of a storage of ${storage.length}`);
  }
  return tensor;
}

function countsOf(value: PickleValue | undefined): number[] | null {
  if (typeof value !== "object" || value?.kind !== "tuple") return null;
  const counts = value.items.filter(isCount);
  return counts.length === value.items.length ? counts : null;
}

/** (call, class, what it is given, attributes): a tensor of a class of its own is a tensor. */
function rebuildOfType([call, , given]: readonly PickleValue[], cursor: PickleCursor): PickleValue {
  const known = typeof call === "object" && call?.kind === "global" ? call.name : "";
  const values = typeof given === "object" && given?.kind === "tuple" ? given.items : [];
  if (known === "torch._utils._rebuild_tensor_v2") return rebuildTensor(values, cursor);
  if (known === "torch._utils._rebuild_parameter") return rebuildParameter(values, cursor);
  return { kind: "object", name: known };
}

/** (tensor, requires_grad, hooks): a parameter is its tensor. */
function rebuildParameter([tensor]: readonly PickleValue[], cursor: PickleCursor): TorchTensor {
  if (typeof tensor === "object" && tensor?.kind === "tensor") return tensor;
  throw cursor.damaged(`a parameter is made of ${describeValue(tensor)} instead of a tensor`);
}

/** Values from the first to the last one of a tensor, both counted; 0 for an empty one. */
export function spanOf({ shape, strides }: Pick<TorchTensor, "shape" | "strides">): number {
  if (sizeOf(shape) === 0) return 0;
  return shape.reduce((span, extent, axis) => span + (extent - 1) * (strides[axis] ?? 0), 1);
}
