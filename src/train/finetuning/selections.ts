import type { SelectionRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Device } from "../../gpu/device.ts";
import { downloadWords } from "../../gpu/readback.ts";
import type { Selections } from "../../methods/method.ts";
import { layerOf } from "../../nn/params.ts";

/**
 * Reads the selections of the cycles from `first` on that were made up to `step`.
 *
 * Errors: not-finite, when a matrix had scores that are no finite numbers; names it and the step.
 */
export async function readSelections(
  device: Device,
  selections: Selections,
  first: number,
  step: number,
): Promise<readonly SelectionRecord[]> {
  const words = await downloadWords(device, selections.stats);
  const floats = new Float32Array(words.buffer);
  const count = selections.stats.shape[0] ?? 0;
  const records: SelectionRecord[] = [];
  for (let cycle = first; cycle < count && selections.stepOf(cycle) <= step; cycle++) {
    const matrices = selections.matrices.map(({ param: { spec } }, index) => {
      const { name } = spec;
      const size = sizeOf(spec.shape);
      const row = (cycle * selections.matrices.length + index) * 8;
      const [kept = 0, both = 0, either = 0, , bad = 0] = words.subarray(row, row + 5);
      if (bad > 0) {
        const at = selections.stepOf(cycle);
        throw new AppError(
          "not-finite",
          `At step ${at} ${bad} of the ${size} scores of ${name} are not finite numbers.`,
        );
      }
      const overlap = cycle === 0 || either === 0 ? null : both / either;
      return { name, layer: layerOf(spec), size, kept, threshold: floats[row + 3] ?? 0, overlap };
    });
    records.push({ step: selections.stepOf(cycle), cycle, matrices });
  }
  return records;
}
