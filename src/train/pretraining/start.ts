import { AppError } from "../../core/errors.ts";
import { formatShape } from "../../core/shape.ts";
import type { Weights } from "../../models/weights.ts";
import type { Pretraining } from "../../nn/pretraining.ts";

/**
 * The values of a file that belong to one of the parameters, heads included. What is in `known` is not read again.
 *
 * Errors: bad-tensors, shape-mismatch.
 */
export async function readValues(
  file: Weights,
  model: Pretraining,
  known: ReadonlyMap<string, Float32Array> = new Map(),
): Promise<ReadonlyMap<string, Float32Array>> {
  const wanted = new Map(model.params.map((spec) => [spec.name, spec.shape]));
  const values = new Map([...known].filter(([name]) => wanted.has(name)));
  for (const [source, { shape }] of file.entries) {
    const parameter = model.parameterOf(source);
    const expected = wanted.get(parameter);
    if (expected === undefined || values.has(parameter)) continue;
    if (formatShape(expected) !== formatShape(shape)) {
      const shapes = `${formatShape(shape)}; ${formatShape(expected)} is wanted`;
      throw new AppError("shape-mismatch", `${source} of ${file.name} has shape ${shapes}.`);
    }
    values.set(parameter, await file.read(source));
  }
  return values;
}
