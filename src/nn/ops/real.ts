import { AppError } from "../../core/errors.ts";
import type { Real, Tensor } from "../../gpu/tensor.ts";
import half from "../../../shaders/lib/real_f16.wgsl?raw";
import full from "../../../shaders/lib/real_f32.wgsl?raw";

/** A kernel for each type that its operands may have. */
export type OfReals<K> = Readonly<Record<Real, K>>;

const texts: OfReals<string> = { f32: full, f16: half };

/** Makes a kernel for each type. `make`: of the text that says the type, and of what ends the kernel's name. */
export function ofReals<K>(make: (text: string, suffix: "" | "_f16") => K): OfReals<K> {
  return { f32: make(texts.f32, ""), f16: make(texts.f16, "_f16") };
}

/** The type of an op's operands. Errors: bug, where they differ or are no numbers. */
export function realOf(...tensors: readonly Tensor[]): Real {
  const types = [...new Set(tensors.map(({ dtype }) => dtype))];
  const [type] = types;
  if (types.length === 1 && (type === "f32" || type === "f16")) return type;
  const found = tensors.map(({ label, dtype }) => `${label} ${dtype}`).join(", ");
  throw new AppError("bug", `Operands of one type were wanted; found ${found}.`);
}
