import { sizeOf } from "../../core/shape.ts";
import type { Arena } from "../../gpu/arena.ts";
import type { Device } from "../../gpu/device.ts";
import { downloadWords } from "../../gpu/readback.ts";
import type { Selections } from "../../methods/method.ts";
import { keptAcross, statWords } from "../../methods/selection.ts";
import type { ChildMoments } from "../../optim/child-moments.ts";
import type { AdamW } from "../../optim/adamw.ts";

/** Kept elements by matrix, where no scores tie: their sum is exact, each share a guess. */
export function plannedCounts({ matrices, share }: Selections): readonly number[] {
  const sizes = matrices.map(({ param }) => sizeOf(param.spec.shape));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const kept = keptAcross(total, share);
  let before = 0;
  let given = 0;
  return sizes.map((size) => {
    before += size;
    const count = Math.floor((kept * before) / total) - given;
    given += count;
    return count;
  });
}

/** Kept elements by matrix, once they are selected. Errors: device-lost, device-error. */
export async function readCounts(device: Device, { matrices, stats }: Selections): Promise<readonly number[]> {
  const words = await downloadWords(device, stats);
  return matrices.map((_, index) => words[index * statWords] ?? 0);
}

/** Reserves the moments of a child network of so many elements of each matrix. */
export function reserveChild(
  mem: Arena,
  optimizer: AdamW,
  { matrices }: Selections,
  counts: readonly number[],
): ChildMoments {
  const parts = matrices.map(({ param, mask }, index) => ({ name: param.spec.name, mask, count: counts[index] ?? 0 }));
  return optimizer.reserveChild(mem, parts);
}
