import type { KeptKernels, TriedKernel } from "../../contract/engine/kernels.ts";
import type { KernelChoice } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { activationOf, layoutOf } from "../../nn/kernels.ts";
import type { Activation, MatmulKind } from "../../nn/kernels.ts";
import { portableOf } from "../../nn/tuning/candidates.ts";
import { faultOf } from "../../nn/tuning/gate.ts";
import type { Asked, Question } from "../../nn/tuning/questions.ts";
import { tune, type TuningOptions } from "../../nn/tuning/tune.ts";
import type { Engine } from "../../train/engine.ts";

/** What a run asks of its kernels, over so many steps. */
export interface AskedRun {
  readonly asked: Asked;
  readonly steps: number;
}

/** The fastest kernels for all that a run asks, with what was tried. Errors: as tune(). */
export async function timedKernels(
  { device, pipelines }: Engine,
  { asked, steps }: AskedRun,
  options: Pick<TuningOptions, "progress" | "budgetMs">,
): Promise<KeptKernels & { readonly elapsedMs: number }> {
  const { choice: found, tried, elapsedMs } = await tune(device, pipelines, asked, { steps, ...options });
  // What is kept answers everything: a later run must not come to other kernels, and so to other bits.
  const choice = Object.fromEntries([...asked].map(([at, { question }]) => [at, found[at] ?? portableOf(question)]));
  const rows = tried.flatMap((one): readonly TriedKernel[] => {
    const question = asked.get(one.question)?.question;
    // A clock of coarse ticks may count none at all.
    const rate = Number.isFinite(one.rate) ? one.rate : null;
    return question === undefined ? [] : [{ ...one, rate, ...described(question) }];
  });
  return { choice, tried: rows, elapsedMs };
}

/** Another device may have made the choice, so its kernels are held against float64 here. Errors: device-error. */
export async function checkGiven({ device, pipelines }: Engine, choice: KernelChoice, asked: Asked): Promise<void> {
  const right = new Set<string>();
  for (const [key, { question }] of asked) {
    const variant = choice[key];
    const kind = `${variant} ${question.real} ${question.op === "matmul" ? question.kind : ""}`;
    if (variant === undefined || right.has(kind)) continue;
    const fault = await faultOf(device, pipelines, question, variant);
    if (fault === null) {
      right.add(kind);
      continue;
    }
    const message = `"${variant}", given for "${key}", computes wrongly on this device: ${fault}. Choose anew.`;
    throw new AppError("device-error", message);
  }
}

const activationLabels: Readonly<Record<Activation, string>> = {
  gelu: "GELU",
  gelu_tanh: "tanh-GELU",
  relu: "ReLU",
  silu: "SiLU",
};

function equationOf(kind: MatmulKind): string {
  const activation = activationOf(kind);
  const label = activation === null ? null : activationLabels[activation];
  const equations = {
    nt: label === null ? "y = x Wᵀ" : `y = ${label}(x Wᵀ)`,
    nn: label === null ? "dx = dy W" : `dx = dy W ∘ ${label}′`,
    tn: "dW = dyᵀ x",
  };
  return equations[layoutOf(kind)];
}

/** A question in words. */
function described(question: Question): Pick<TriedKernel, "op" | "shape"> {
  const of = (op: string): string => (question.real === "f32" ? op : `${op}, ${question.real}`);
  if (question.op === "matmul") {
    const { M, N, K } = question.sizes;
    return { op: of(equationOf(question.kind)), shape: `${M}×${K} · ${K}×${N}` };
  }
  if (question.op === "layernorm") return { op: of("LayerNorm"), shape: `${question.rows}×${question.cols}` };
  const { heads, size, tokens, sequences } = question;
  return { op: of("attention"), shape: `${heads}×${size}, ${tokens} tokens, ${sequences} rows` };
}
