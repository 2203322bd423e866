import type { Activation } from "../kernels.ts";

/** An activation in float64. */
interface ExactActivation {
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
}

/** What each activation is, to hold kernels against. */
export const exactActivations: Readonly<Record<Activation, ExactActivation>> = {
  gelu: {
    value: (x) => x * normalCdf(x),
    slope: (x) => normalCdf(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
  },
  gelu_tanh: {
    value: (x) => (x / 2) * (1 + Math.tanh(tanhInput(x))),
    slope: (x) => {
      const tanh = Math.tanh(tanhInput(x));
      return (1 + tanh) / 2 + (x / 2) * (1 - tanh ** 2) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    },
  },
  relu: { value: (x) => Math.max(x, 0), slope: (x) => (x > 0 ? 1 : 0) },
  silu: {
    value: (x) => x / (1 + Math.exp(-x)),
    slope: (x) => {
      const share = 1 / (1 + Math.exp(-x));
      return share + x * share * (1 - share);
    },
  },
};

/** (1 + erf(x / sqrt 2)) / 2 by its power series, which 100 terms of serve up to 6; beyond it is 0 or 1. */
function normalCdf(x: number): number {
  if (Math.abs(x) > 6) return x > 0 ? 1 : 0;
  let [term, sum] = [x, x];
  for (let n = 1; n < 100; n++) {
    term *= (-x * x) / (2 * n);
    sum += term / (2 * n + 1);
  }
  return 0.5 + sum / Math.sqrt(2 * Math.PI);
}

function tanhInput(x: number): number {
  return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
}
