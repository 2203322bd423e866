import { sizeOf } from "../../core/shape.ts";
import type { Purpose } from "../../gpu/arena.ts";
import { capture } from "../../gpu/capture.ts";
import type { Device } from "../../gpu/device.ts";
import { upload } from "../../gpu/readback.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { RunState, SavedState } from "../run-state.ts";

/** What of a run's memory later steps read: all else is written anew in every step. */
const lasting: ReadonlySet<Purpose> = new Set(["weights", "moments", "method", "view"]);

/** All of it that a run has reserved so far. */
export function lastingTensors(mem: {
  tensorsFor(purposes: ReadonlySet<Purpose>): readonly Tensor[];
}): readonly Tensor[] {
  return mem.tensorsFor(lasting).filter(({ shape }) => sizeOf(shape) > 0);
}

/** The tensors as they are now, by label. Resolves once they are on their way. Errors: device-lost, device-error. */
export async function takeState(device: Device, tensors: readonly Tensor[], step: number): Promise<RunState> {
  const { values } = await capture(device, tensors);
  const state = values.then((read) => {
    if (read === null) return null;
    return tensors.flatMap(({ label, shape }, index) => {
      const data = read[index];
      return data === undefined ? [] : [{ name: label, shape, data }];
    });
  });
  // Whoever trains finds a loss; this may be asked later.
  state.catch(() => undefined);
  return { step, tensors: state };
}

/** Puts what a state has of the tensors in their place. Errors: those of SavedState. */
export async function putBack(device: Device, tensors: readonly Tensor[], state: SavedState): Promise<void> {
  for (const tensor of tensors) {
    const { label, shape, dtype } = tensor;
    upload(device, tensor, await state.tensor(label, shape, dtype));
  }
}
