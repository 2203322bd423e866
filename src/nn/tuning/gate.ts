import type { Device } from "../../gpu/device.ts";
import type { Pipelines } from "../../gpu/pipelines.ts";
import { download } from "../../gpu/readback.ts";
import { decodeHalf, encodeHalf } from "../../core/half.ts";
import { drawUniform } from "../../core/rng.ts";
import type { Real } from "../../gpu/tensor.ts";
import { activationOf, layoutOf } from "../kernels.ts";
import { longestRow } from "../ops/attention.ts";
import { realOf } from "../ops/real.ts";
import { exactActivations } from "./exact-activations.ts";
import { evenLengths, onceWith, trialDraws, trialEpsilon, wave } from "./trial.ts";
import type { AttentionQuestion, LayerNormQuestion, MatmulQuestion, Question } from "./questions.ts";

/** Sizes that no tile divides. */
const product = { M: 37, N: 45, K: 83 } as const;
const normed = { rows: 21, cols: 43 } as const;
const attended = { heads: 3, size: 10, tokens: 71, sequences: 4, longest: 18 } as const;

/** Twice the bits of a rounding in place of one a term: sums in another order, fused or not. */
const units: Readonly<Record<Real, number>> = { f32: 8 * 2 ** -24, f16: 8 * 2 ** -11 };

/** A value in float64, and the sum of the absolute terms behind it. */
interface Expected {
  readonly value: Float64Array;
  readonly magnitude: Float64Array;
}

/**
 * Whether a variant computes what it should: its results at sizes that leave edges everywhere, against float64 on the CPU.
 * Gives the reason where it does not; drivers do miscompile. An element may be off by 8 · 2^-24 of the absolute terms
 * behind it, and where it is made of what is stored in f16 by 8 · 2^-11. Departs from comparing with the portable kernel: that one may be what is miscompiled.
 */
export async function faultOf(
  device: Device,
  pipelines: Pipelines,
  question: Question,
  name: string,
): Promise<string | null> {
  const small = smaller(question);
  for (const dropout of dropouts[question.op]) {
    const expected = expectedOf(small, Math.fround(1 - dropout));
    const found = await onceWith(device, pipelines, { question: small, name, dropout }, async (outputs) => {
      for (const [index, tensor] of outputs.entries()) {
        // A LayerNorm and an attention read what they stored.
        const unit = units[small.op === "matmul" ? realOf(tensor) : small.real];
        const fault = firstFault(await download(device, tensor), expected[index], unit);
        if (fault !== null) return fault;
      }
      return null;
    });
    if (found !== null) return found;
  }
  return null;
}

/** Rates that reach every kernel of an op: a LayerNorm has one with dropout and one without. */
const dropouts = { matmul: [0], attention: [0.1], layernorm: [0, 0.1] } as const;

/** 1 / keep where the draw of a label keeps an element, else 0. */
function keptOf(label: string, element: number, keep: number): number {
  return keep === 1 ? 1 : drawUniform(trialDraws.seed, label, trialDraws.step, element) < keep ? 1 / keep : 0;
}

function smaller(question: Question): Question {
  if (question.op === "matmul") return { ...question, sizes: product };
  const { op, real } = question;
  return op === "attention" ? { op, real, ...attended } : { op, real, ...normed };
}

function expectedOf(question: Question, keep: number): readonly Expected[] {
  if (question.op === "matmul") return expectedProduct(question);
  return question.op === "attention" ? expectedAttention(question, keep) : expectedLayerNorm(question, keep);
}

function firstFault(found: Float32Array, expected: Expected | undefined, unit: number): string | null {
  const at = found.findIndex((value, index) => {
    const off = Math.abs(value - (expected?.value[index] ?? Number.NaN));
    return !(off <= unit * (expected?.magnitude[index] ?? 0));
  });
  if (at < 0) return null;
  return `element ${at} is ${found[at]} and should be ${expected?.value[at]?.toPrecision(8)}`;
}

/** Numbers as a type has them. */
function stored(values: Float32Array, real: Real): Float32Array {
  return real === "f32" ? values : decodeHalf(encodeHalf(values));
}

function emptyExpected(count: number): Expected {
  return { value: new Float64Array(count), magnitude: new Float64Array(count) };
}

function add(to: Expected, index: number, term: number, weight = 1): void {
  to.value[index] = (to.value[index] ?? 0) + term;
  to.magnitude[index] = (to.magnitude[index] ?? 0) + Math.abs(term) * weight;
}

/**
 * The product, or an activation of it, or its gradient through one; and beside it the sums of a's columns, or the product.
 */
function expectedProduct({ kind, real, sizes: { M, N, K } }: MatmulQuestion): readonly Expected[] {
  const [a, b, before] = [wave(M * K, 1.7), wave(K * N, 0.9), wave(M * N, 2.3)].map((x) => stored(x, real));
  const bias = wave(N, 1.3);
  if (a === undefined || b === undefined || before === undefined) return [];
  const transposed = layoutOf(kind) === "nt";
  const [result, sums] = [emptyExpected(M * N), emptyExpected(M)];
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      for (let k = 0; k < K; k++) {
        const left = a[kind === "tn" ? k * M + m : m * K + k] ?? Number.NaN;
        const right = b[transposed ? n * K + k : k * N + n] ?? Number.NaN;
        add(result, m * N + n, left * right);
        if (n === 0) add(sums, m, left);
      }
      if (transposed) add(result, m * N + n, bias[n] ?? Number.NaN);
    }
  }
  const activation = activationOf(kind);
  if (activation === null) return [result, sums];
  const { value: activated, slope } = exactActivations[activation];
  if (transposed) return [mapped(result, activated), result];
  return [mapped(result, (value, index) => value * slope(before[index] ?? Number.NaN))];
}

/**
 * Other values behind which the same terms stand: an activation's slope is at most 1.13, and by what WGSL lets an
 * exponential be off it may itself be off by 1.3e-6, three times the unit of f32.
 */
function mapped({ value, magnitude }: Expected, f: (value: number, index: number) => number): Expected {
  return { value: value.map(f), magnitude: magnitude.map((terms) => 4.2 * terms) };
}

/** out, dq, dk and dv. A term that a softmax is behind may also be off by what its score and exponential are off by. */
function expectedAttention(question: AttentionQuestion, keep: number): readonly Expected[] {
  const { heads, size, tokens } = question;
  const count = tokens * heads * size;
  const [q, k, v, dout] = [0, 1, 2, 3].map((index) => stored(wave(count, 0.7 + index), question.real));
  const [out, dq, dk, dv] = [0, 1, 2, 3].map(() => emptyExpected(count));
  const starts = evenLengths(question);
  const dot = (x: Float32Array | undefined, y: Float32Array | undefined, i: number, j: number): number => {
    let sum = 0;
    for (let d = 0; d < size; d++) sum += (x?.[i + d] ?? Number.NaN) * (y?.[j + d] ?? Number.NaN);
    return sum;
  };
  if (out === undefined || dq === undefined || dk === undefined || dv === undefined) return [];
  const scale = 1 / Math.sqrt(size);
  // A score has `size` terms of at most 1, and an exponential is off by the size of what it is taken of.
  const looseness = 1 + 4 * size * scale;
  for (const [sequence, start] of starts.entries()) {
    const members = Array.from({ length: (starts[sequence + 1] ?? start) - start }, (_, index) => start + index);
    for (let head = 0; head < heads; head++) {
      const placeOf = (token: number): number => (token * heads + head) * size;
      for (const i of members) {
        const at = placeOf(i);
        const powers = members.map((j) => Math.exp(scale * dot(q, k, at, placeOf(j))));
        const total = powers.reduce((sum, power) => sum + power, 0);
        const weights = powers.map((power) => power / total);
        const kept = members.map((_, index) => keptOf("attention", (i * heads + head) * longestRow + index, keep));
        const dweights = members.map((j, index) => (kept[index] ?? 0) * dot(dout, v, at, placeOf(j)));
        const delta = weights.reduce((sum, weight, index) => sum + weight * (dweights[index] ?? 0), 0);
        for (const [index, j] of members.entries()) {
          const weight = weights[index] ?? 0;
          const mixed = weight * (kept[index] ?? 0);
          const dscore = scale * weight * ((dweights[index] ?? 0) - delta);
          const terms = scale * weight * (size / keep + Math.abs(delta)) * looseness;
          for (let d = 0; d < size; d++) {
            add(out, at + d, mixed * (v?.[placeOf(j) + d] ?? 0), looseness);
            add(dv, placeOf(j) + d, mixed * (dout?.[at + d] ?? 0), looseness);
            addOff(dq, at + d, dscore, k?.[placeOf(j) + d] ?? 0, terms);
            addOff(dk, placeOf(j) + d, dscore, q?.[at + d] ?? 0, terms);
          }
        }
      }
    }
  }
  return [out, dq, dk, dv];
}

/** Adds factor · x, where the factor itself is a difference with terms as large as given. */
function addOff(to: Expected, index: number, factor: number, x: number, terms: number): void {
  to.value[index] = (to.value[index] ?? 0) + factor * x;
  to.magnitude[index] = (to.magnitude[index] ?? 0) + Math.abs(x) * terms;
}

/** The result, dx, dgamma and dbeta. What a mean is taken off may be off by the rounding of all that was added. */
function expectedLayerNorm({ rows, cols, real }: LayerNormQuestion, keep: number): readonly Expected[] {
  const [x, residual, dy] = [0, 1, 2].map((index) => stored(wave(rows * cols, 0.7 + index), real));
  const [gamma, beta] = [wave(cols, 3.7), wave(cols, 4.7)];
  const [out, dx] = [emptyExpected(rows * cols), emptyExpected(rows * cols)];
  const [dgamma, dbeta] = [emptyExpected(cols), emptyExpected(cols)];
  for (let row = 0; row < rows; row++) {
    const part = (values: Float32Array | undefined): readonly number[] =>
      Array.from({ length: cols }, (_, col) => values?.[row * cols + col] ?? Number.NaN);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / cols;
    const [left, right, upstream] = [part(x), part(residual), part(dy)];
    const sums = left.map((value, col) => value * keptOf("norm", row * cols + col, keep) + (right[col] ?? 0));
    const centre = mean(sums);
    const rstd = 1 / Math.sqrt(mean(sums.map((value) => (value - centre) ** 2)) + trialEpsilon);
    const z = sums.map((value) => (value - centre) * rstd);
    const d = upstream.map((value, col) => value * (gamma[col] ?? 0));
    const [meanD, meanDz] = [mean(d), mean(d.map((value, col) => value * (z[col] ?? 0)))];
    // |sum| is at most 1 + 1 / keep, and its mean is off by as much: in units of rstd that is what z may be off by.
    const loose = 2 * (1 + 1 / keep) * rstd;
    for (let col = 0; col < cols; col++) {
      const [at, scaled, own] = [row * cols + col, z[col] ?? 0, d[col] ?? 0];
      add(out, at, (gamma[col] ?? 0) * scaled + (beta[col] ?? 0));
      out.magnitude[at] = Math.abs(gamma[col] ?? 0) * (Math.abs(scaled) + loose) + Math.abs(beta[col] ?? 0);
      dx.value[at] = rstd * (own - meanD - scaled * meanDz);
      dx.magnitude[at] = rstd * (1 + loose) * (2 + (Math.abs(scaled) + loose) * (1 + loose));
      add(dgamma, col, (upstream[col] ?? 0) * scaled);
      dgamma.magnitude[col] = (dgamma.magnitude[col] ?? 0) + Math.abs(upstream[col] ?? 0) * loose;
      add(dbeta, col, upstream[col] ?? 0);
    }
  }
  return [out, dx, dgamma, dbeta];
}
