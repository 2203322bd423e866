import { at, emptyReference, put, type Reference } from "./array.ts";
import { gelu } from "./gelu.ts";
import { relu } from "./relu.ts";

/** x times a share of it, element by element. */
function shareOf(x: Float64Array, share: (value: number) => number): Reference {
  const result = emptyReference(x.length);
  for (let index = 0; index < x.length; index++) {
    const value = at(x, index);
    put(result, index, value * share(value), Math.abs(value));
  }
  return result;
}

/** √(2/π) · (x + 0.044715 x³), as PyTorch's gelu(approximate="tanh") has it. */
const bent = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);

/** GELU by its tanh approximation, Hendrycks and Gimpel 2016, section 2. */
export const geluTanh = (x: Float64Array): Reference => shareOf(x, (value) => 0.5 * (1 + Math.tanh(bent(value))));

/** x · sigmoid(x). */
export const silu = (x: Float64Array): Reference => shareOf(x, (value) => 1 / (1 + Math.exp(-value)));

/** What WGSL lets exp(z) be off by, 3 + 2|z| ulp, and a division, 2.5, as a sigmoid of z hands it on. */
function sigmoidRoom(z: number): number {
  const share = 1 / (1 + Math.exp(-z));
  return ((3 + 2 * Math.abs(z)) * share * (1 - share) + 2.5 * share) * 2 ** -23;
}

/** An activation in float64, and what `shareOf(x)`, the factor of x, may be off by in f32. */
export interface ActivationCase {
  readonly activation: "gelu" | "gelu_tanh" | "relu" | "silu";
  readonly reference: (x: Float64Array) => Reference;
  readonly room: (x: number) => number;
}

/** Every activation. The erf form's exponential is of -x²/2, and what is left of it then is weighed by exp itself. */
export const activationCases: readonly ActivationCase[] = [
  { activation: "gelu", reference: gelu, room: (x) => (3 + x * x) * 2 ** -23 * Math.exp((-x * x) / 2) },
  { activation: "gelu_tanh", reference: geluTanh, room: (x) => sigmoidRoom(2 * bent(x)) },
  { activation: "relu", reference: relu, room: () => 0 },
  { activation: "silu", reference: silu, room: sigmoidRoom },
];
