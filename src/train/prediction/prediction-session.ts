import { AppError } from "../../core/errors.ts";
import type { Batch } from "../../data/dataset/batch.ts";
import type { Arena } from "../../gpu/arena.ts";
import { mostBindable } from "../../gpu/device.ts";
import { download } from "../../gpu/readback.ts";
import { loadInputs, reserveInputs, type InputLimits } from "../../nn/inputs.ts";
import type { Kernels } from "../../nn/kernels.ts";
import type { Model } from "../../nn/model.ts";
import { packedAs, ParamSet, type ParamSpec } from "../../nn/params.ts";
import { createScope, noDropout } from "../../nn/scope.ts";
import { portableKernels } from "../../nn/tuning/choice.ts";
import { askingKernels, type Asked } from "../../nn/tuning/questions.ts";
import { openRun, type DeviceRun, type PhaseListener } from "../device-run.ts";
import type { Engine } from "../engine.ts";
import { planMemory, problemOf, type MemoryPlan } from "../memory-plan.ts";

/** A fine-tuned model, to be asked. */
export interface PredictionRequest {
  readonly model: Model;
  /** Classes, or 1 for a regression. */
  readonly outputCount: number;
  /** Every parameter, by name. */
  readonly values: ReadonlyMap<string, Float32Array>;
  /** The largest batch it will be asked. */
  readonly limits: InputLimits;
}

/** No layer keeps anything for a backward, for there is none. */
const recompute = true;

/** A model on the device that only answers: neither gradients nor moments. Dispose of it. */
export class PredictionSession {
  readonly #run: DeviceRun;
  readonly #model: Model;
  readonly #params: ParamSet;

  constructor(run: DeviceRun, { model, outputCount, values }: PredictionRequest) {
    this.#run = run;
    this.#model = model;
    this.#params = reserveParams(run.mem, model.params(outputCount));
    for (const { spec, value } of this.#params.all) run.fill(value, values.get(spec.name));
  }

  /** Bytes reserved, all together. */
  get totalBytes(): number {
    return this.#run.plan.totalBytes;
  }

  /** Logits [sequences, outputs]. Errors: device-lost, device-error. */
  async run(batch: Batch): Promise<Float32Array> {
    const { engine, mem, rec } = this.#run;
    engine.device.check();
    const inputs = loadInputs(engine.device, mem, batch, this.#model.tokens);
    const { logits } = this.#model.forward(this.#run.scope(0, 0, noDropout), this.#params, inputs);
    rec.submit();
    return await download(engine.device, logits);
  }

  /** Frees its memory. */
  dispose(): void {
    this.#run.dispose();
  }
}

/** Puts a model on the device. Errors: too-large, device-error; missing-tensor for a parameter without values. */
export async function openPrediction(
  engine: Engine,
  request: PredictionRequest,
  phase: PhaseListener = () => {},
): Promise<PredictionSession> {
  const mostBytes = mostBindable(engine.device.record);
  const plan = memoryOf(mostBytes, request, engine.kernels);
  const { tokenCount } = request.limits;
  const problem = problemOf(plan, engine.device.record, {
    batchSize: tokenCount,
    planAt: (tokens) => memoryOf(mostBytes, withTokens(request, tokens), engine.kernels),
    unit: "row",
    advice: "use a smaller model or a shorter longest input",
  });
  return await openRun({ ...engine, profiler: null }, { plan, problem, recompute }, phase, (run) => {
    return new PredictionSession(run, request);
  });
}

/** What asking a model will ask of its kernels. */
export function askedByPrediction(request: Omit<PredictionRequest, "values">): Asked {
  const { kernels, asked } = askingKernels(portableKernels);
  memoryOf(Infinity, request, kernels);
  return asked;
}

function withTokens<T extends Pick<PredictionRequest, "limits">>(request: T, tokenCount: number): T {
  const { sequenceCount, maxLength } = request.limits;
  return { ...request, limits: { tokenCount, sequenceCount, maxLength: Math.min(maxLength, tokenCount) } };
}

/** mostBytes: as in planMemory. */
function memoryOf(
  mostBytes: number,
  { model, outputCount, limits }: Omit<PredictionRequest, "values">,
  kernels: Kernels,
): MemoryPlan {
  if (limits.tokenCount < 1 || limits.sequenceCount < 1) throw new AppError("bug", "A batch holds at least one token.");
  return planMemory(mostBytes, (mem, rec) => {
    const params = reserveParams(mem, model.params(outputCount));
    const inputs = reserveInputs(mem, limits, model.tokens);
    const scope = { rec, mem, seed: 0, step: 0, dropout: noDropout, kernels, recompute };
    model.forward(createScope(scope), params, inputs);
  });
}

/** Values alone; the gradient that a Param has is one element that nothing writes. */
function reserveParams(mem: Arena, specs: readonly ParamSpec[]): ParamSet {
  const grad = mem.tensor("weights", "no gradient", []);
  const values = mem.packed(
    "weights",
    specs.map((spec) => packedAs(spec.name, spec)),
  );
  return new ParamSet(specs.map((spec, index) => ({ spec, value: values[index] ?? grad, grad })));
}
