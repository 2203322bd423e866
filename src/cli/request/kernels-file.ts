import * as v from "valibot";
import { kernelChoice } from "../../contract/schemas/schema.ts";
import type { KernelChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";

/** A choice as it stands alone in a file, in what is kept, and in a result. */
const kernelsFile = v.union([
  v.pipe(
    v.object({ choice: kernelChoice }),
    v.transform(({ choice }) => choice),
  ),
  v.pipe(
    v.object({ config: v.unknown(), kernels: v.optional(v.nullable(kernelChoice), null) }),
    v.transform(({ kernels }) => kernels),
  ),
  kernelChoice,
]);

/**
 * The choice in a file: a choice alone, a kept one, or that of a result.json. `name`: the file's, for messages.
 * Errors: bad-settings, saying what was found and what was wanted.
 */
export function readKernelsFile(json: string, name: string): KernelChoice {
  const wanted = 'Wanted is a result.json, or a choice as in {"matmul nt 256x256": "tiled"}.';
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    throw new AppError("bad-settings", `${name} is not JSON. ${wanted}`, { cause });
  }
  const checked = v.safeParse(kernelsFile, parsed);
  if (!checked.success) throw new AppError("bad-settings", `${name} holds ${whatIs(parsed)}. ${wanted}`);
  if (checked.output !== null) return checked.output;
  throw new AppError("bad-settings", `${name} is a result that does not say which kernels it ran with. ${wanted}`);
}

function whatIs(parsed: unknown): string {
  if (Array.isArray(parsed)) return "a list";
  if (typeof parsed !== "object" || parsed === null) return `${JSON.stringify(parsed).slice(0, 40)} alone`;
  const [field = "", value] = Object.entries(parsed).find(([, one]) => typeof one !== "string") ?? [];
  return `"${field.slice(0, 40)}": ${JSON.stringify(value).slice(0, 40)}, which names no kernel`;
}
