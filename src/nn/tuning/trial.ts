import { AppError } from "../../core/errors.ts";
import { createArena } from "../../gpu/arena.ts";
import type { Device } from "../../gpu/device.ts";
import type { Pipelines } from "../../gpu/pipelines.ts";
import { upload } from "../../gpu/readback.ts";
import { GpuRecorder, PlanRecorder } from "../../gpu/recorder.ts";
import type { Recorder } from "../../gpu/recorder.ts";
import type { Real, Tensor } from "../../gpu/tensor.ts";
import type { Arena } from "../../gpu/arena.ts";
import { activationOf, layoutOf } from "../kernels.ts";
import type { Kernels, Sequences } from "../kernels.ts";
import { attention, attentionVariants, portableAttention } from "../ops/attention.ts";
import { layerNormVariants, portableLayerNorm, residualLayerNorm } from "../ops/layernorm.ts";
import { matmulNN, matmulNT, matmulTN, matmulVariants, portableMatmul } from "../ops/matmul.ts";
import type { Param } from "../params.ts";
import { createScope, noDropout } from "../scope.ts";
import type { Scope } from "../scope.ts";
import type { AttentionQuestion, LayerNormQuestion, MatmulQuestion, Question } from "./questions.ts";

/** Kernels that answer everything with one variant. */
function only(name: string): Kernels {
  return {
    matmul: () => matmulVariants.get(name) ?? portableMatmul,
    attention: () => attentionVariants.get(name) ?? portableAttention,
    layernorm: () => layerNormVariants.get(name) ?? portableLayerNorm,
  };
}

/** Numbers between -1 and 1 that do not repeat soon. */
export function wave(count: number, speed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.sin(index * speed));
}

/** An op with operands of its own; `outputs` is what the last call of `record` made. */
interface Trial {
  record(s: Scope): void;
  readonly inputs: readonly { readonly tensor: Tensor; readonly values: Float32Array | Uint32Array }[];
  readonly outputs: () => readonly Tensor[];
}

/** A question's op with one variant. */
export interface TrialRequest {
  readonly question: Question;
  /** Of the variant. */
  readonly name: string;
  /** The rate, where the op has dropout. */
  readonly dropout: number;
}

function trialOf({ question, dropout }: TrialRequest, mem: Arena): Trial {
  if (question.op === "matmul") return productTrial(question, mem);
  return question.op === "attention" ? attentionTrial(question, dropout, mem) : layerNormTrial(question, dropout, mem);
}

function productTrial({ kind, real, sizes: { M, N, K } }: MatmulQuestion, mem: Arena): Trial {
  const named = (label: string, shape: readonly number[], dtype: Real = real) =>
    mem.tensor("activations", label, shape, dtype);
  const result = kind === "tn" ? "f32" : real;
  const a = named("a", kind === "tn" ? [K, M] : [M, K]);
  const layout = layoutOf(kind);
  const b = named("b", layout === "nt" ? [N, K] : [K, N]);
  const c = named("c", [M, N], result);
  const beside = named("beside", kind === "tn" ? [M] : [M, N], result);
  const bias = named("bias", [N], "f32");
  const activation = activationOf(kind);
  const through = activation === null ? {} : { through: { activation, before: beside } };
  const record = {
    nn: (s: Scope) => matmulNN(s, a, b, c, through),
    nt: (s: Scope) => matmulNT(s, a, b, c, { bias, ...through }),
    tn: (s: Scope) => matmulTN(s, a, b, c, { into: beside, accumulate: 0 }),
  }[layout];
  const given = [
    { tensor: a, values: wave(M * K, 1.7) },
    { tensor: b, values: wave(K * N, 0.9) },
    { tensor: bias, values: wave(N, 1.3) },
  ];
  return {
    record,
    inputs: layout === "nn" && activation !== null ? [...given, { tensor: beside, values: wave(M * N, 2.3) }] : given,
    outputs: () => (kind === "tn" || (layout === "nt" && activation !== null) ? [c, beside] : [c]),
  };
}

/** Sequences as even as their number allows. */
export function evenLengths({ tokens, sequences }: Pick<AttentionQuestion, "tokens" | "sequences">): Uint32Array {
  return Uint32Array.from({ length: sequences + 1 }, (_, index) => Math.floor((index * tokens) / sequences));
}

function attentionTrial(question: AttentionQuestion, dropout: number, mem: Arena): Trial {
  const { heads, size, tokens, sequences: sequenceCount, longest, real } = question;
  const shape = [tokens, heads * size];
  const named = (label: string) => mem.tensor("activations", label, shape, real);
  const operands = { q: named("q"), k: named("k"), v: named("v") };
  const dout = named("dout");
  const offsets = mem.tensor("inputs", "offsets", [sequenceCount + 1], "u32");
  const sequences = mem.tensor("inputs", "sequences", [tokens], "u32");
  const starts = evenLengths(question);
  const owners = Uint32Array.from({ length: tokens }, (_, token) => starts.findLastIndex((start) => start <= token));
  const batch: Sequences = { tokenCount: tokens, sequenceCount, maxLength: longest, offsets, sequences };
  const count = tokens * heads * size;
  let made: readonly Tensor[] = [];
  return {
    record(s) {
      const pass = attention(s, "attention", operands, batch, { heads, dropout });
      const { dq, dk, dv } = pass.back(s, dout);
      s.free(dq, dk, dv);
      made = [pass.out, dq, dk, dv];
    },
    inputs: [
      ...[operands.q, operands.k, operands.v, dout].map((tensor, index) => ({
        tensor,
        values: wave(count, 0.7 + index),
      })),
      { tensor: offsets, values: starts },
      { tensor: sequences, values: owners },
    ],
    outputs: () => made,
  };
}

/** Of a LayerNorm in the gate and under the clock. */
export const trialEpsilon = 1e-6;

function layerNormTrial({ rows, cols, real }: LayerNormQuestion, dropout: number, mem: Arena): Trial {
  const named = (label: string, shape: readonly number[], dtype: Real = "f32") =>
    mem.tensor("activations", label, shape, dtype);
  const [x, residual, upstream, dy] = ["x", "residual", "upstream", "dy"].map((label) =>
    named(label, [rows, cols], real),
  );
  const paramNamed = (name: string): Param => ({
    spec: {
      name,
      shape: [cols],
      group: "encoder",
      depth: 1,
      decay: false,
      selectable: false,
      part: null,
      init: "ones",
      trained: true,
    },
    value: named(name, [cols]),
    grad: named(`grad ${name}`, [cols]),
  });
  const [gamma, beta] = [paramNamed("gamma"), paramNamed("beta")];
  if (x === undefined || residual === undefined || upstream === undefined || dy === undefined) {
    throw new AppError("bug", "A trial has four operands.");
  }
  let made: readonly Tensor[] = [];
  return {
    record(s) {
      const pass = residualLayerNorm(s, "norm", x, residual, gamma, beta, { epsilon: trialEpsilon, dropout });
      // The gradient comes out in the place of dy.
      s.rec.copy(upstream, dy);
      pass.back(s, dy);
      made = [pass.out, dy, gamma.grad, beta.grad];
    },
    inputs: [x, residual, upstream, gamma.value, beta.value].map((tensor, index) => ({
      tensor,
      values: wave(
        tensor.shape.reduce((product, extent) => product * extent, 1),
        0.7 + index,
      ),
    })),
    outputs: () => made,
  };
}

/** What a variant did. */
export interface Timing {
  /** Of one call, in milliseconds. */
  readonly ms: number;
  /** Until its first call was done, in milliseconds. */
  readonly compileMs: number;
}

/** What a trial's dropout is drawn from. */
export const trialDraws = { seed: 1, step: 1 } as const;

const scopeOf = (rec: Recorder, mem: Arena, kernels: Kernels): Scope =>
  createScope({ rec, mem, ...trialDraws, dropout: noDropout, kernels });

/** Runs a question's op once with a variant and gives what `read` makes of its outputs. */
export async function onceWith<T>(
  device: Device,
  pipelines: Pipelines,
  request: TrialRequest,
  read: (outputs: readonly Tensor[]) => Promise<T>,
): Promise<T> {
  const mem = createArena(device);
  const rec = new GpuRecorder(device, pipelines);
  try {
    const trial = trialOf(request, mem);
    await compileFor(pipelines, request);
    for (const { tensor, values } of trial.inputs) upload(device, tensor, values);
    trial.record(scopeOf(rec, mem, only(request.name)));
    rec.submit();
    return await read(trial.outputs());
  } finally {
    rec.dispose();
    mem.dispose();
  }
}

async function compileFor(pipelines: Pipelines, request: TrialRequest): Promise<void> {
  const planned = new PlanRecorder();
  const mem = createArena(null);
  trialOf(request, mem).record(scopeOf(planned, mem, only(request.name)));
  await pipelines.compile(planned.kernels.values());
}

/** What models are trained with, so that drawing it counts. */
const usualDropout = 0.1;
/** A measurement is the least of so many turns, each of calls enough to last `turnMs`. */
const turns = 3;
const turnMs = 10;
const mostCalls = 64;

/**
 * Times a question's op with a variant at the question's own sizes, by the wall clock: browsers round a GPU's own times to
 * a tenth of a millisecond, which many of these calls do not last.
 */
export async function timeOf(device: Device, pipelines: Pipelines, question: Question, name: string): Promise<Timing> {
  const mem = createArena(device);
  const rec = new GpuRecorder(device, pipelines);
  const request = { question, name, dropout: usualDropout };
  try {
    const trial = trialOf(request, mem);
    for (const { tensor, values } of trial.inputs) upload(device, tensor, values);
    const calls = async (count: number): Promise<number> => {
      const begun = performance.now();
      for (let call = 0; call < count; call++) trial.record(scopeOf(rec, mem, only(name)));
      rec.submit();
      await device.answered(device.gpu.queue.onSubmittedWorkDone());
      return (performance.now() - begun) / count;
    };
    const begun = performance.now();
    await compileFor(pipelines, request);
    await calls(1);
    const compileMs = performance.now() - begun;
    let least = await calls(1);
    const count = Math.max(1, Math.min(mostCalls, Math.round(turnMs / least)));
    for (let turn = 0; turn < turns; turn++) least = Math.min(least, await calls(count));
    return { ms: least, compileMs };
  } finally {
    rec.dispose();
    mem.dispose();
  }
}
