import type { TaskEntry } from "../../contract/catalog.ts";
import type { Values } from "../../contract/fields.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import type { Arena } from "../../gpu/arena.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import type { Method } from "../../methods/method.ts";
import type { Model } from "../../nn/model.ts";
import type { Loss } from "../../nn/losses/loss.ts";
import { createParams } from "../../nn/params.ts";
import type { ParamSpec } from "../../nn/params.ts";
import type { DropoutRates, Scope } from "../../nn/scope.ts";
import { AdamW } from "../../optim/adamw.ts";
import { LossScale } from "../../optim/loss-scale.ts";
import { layerFactors } from "../../optim/layer-decay.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { reserveWatch } from "../subnetwork/watch.ts";
import type { Watch } from "../subnetwork/watch.ts";
import { lossesOf, type TaskLosses, type Upload } from "./losses.ts";
import { stepCounts } from "./settings.ts";
import type { TrainingSettings } from "./settings.ts";
import type { StepParts } from "./step.ts";

/** A set of another source, on which a run is scored after its last step. */
export interface TransferSplit {
  readonly name: string;
  /** Its labels are common classes, or scores. */
  readonly split: EncodedSplit;
  /** Per trained class its common class; [] for a regression. */
  readonly ofTrained: readonly number[];
}

/** A run without its weights: what its sizes and its memory follow from. */
export interface ShapeRequest {
  readonly checkpoint: Pick<Checkpoint, "model">;
  readonly task: TaskEntry;
  /** Names of classes or labels; [] for a regression. */
  readonly labels: readonly string[];
  readonly train: EncodedSplit;
  readonly dev: EncodedSplit;
  /** Sets of other sources, scored after the last step; [] for none. */
  readonly transfers: readonly TransferSplit[];
  readonly method: Method;
  readonly values: Values;
  readonly seed: number;
  readonly settings: TrainingSettings;
  /** Whether its subnetwork is looked at as it trains: an option that changes no result. */
  readonly watched?: boolean;
}

/** Everything one run is made of: one method, one seed. */
export interface RunRequest extends ShapeRequest {
  readonly checkpoint: Checkpoint;
  /** The learning rate of a step, in place of the schedule's. */
  readonly rateOf?: (step: number) => number;
}

/** Sizes of a run, known before it starts. */
export interface RunSizes {
  readonly model: Model;
  /** Classes or labels, or 1 for a regression. */
  readonly outputCount: number;
  readonly specs: readonly ParamSpec[];
  readonly maxSteps: number;
  readonly stepsPerEpoch: number;
  readonly dropout: DropoutRates;
}

/** A run's memory and the parts of its step. */
export interface Assembly extends StepParts {
  /** As in TaskLosses. */
  readonly shareOf: TaskLosses["shareOf"];
  /** The task's loss of an evaluation. */
  readonly devLoss: Loss;
  /** f32 [rows, outputs], rows of the largest set that is scored: dev, or one of another source. */
  readonly devLogits: Tensor;
  /** f32 [1, 8]: the summed loss of an evaluation. */
  readonly devLossSum: Tensor;
  /** null where nobody watches. */
  readonly watch: Watch | null;
}

/** Rows of the results ring: steps that may be done before anybody reads them. */
export const resultSlots = 256;

/** Errors: bad-settings. */
export function sizesOfRun(request: ShapeRequest): RunSizes {
  const { settings, method, values } = request;
  const { model } = request.checkpoint;
  const outputCount = request.task.kind === "regression" ? 1 : request.labels.length;
  const counts = stepCounts(settings, request.train.count);
  return {
    model,
    outputCount,
    specs: model.params(outputCount),
    ...counts,
    dropout: method.dropout(values, model.dropout, counts.maxSteps),
  };
}

/** The sets that a run is scored on: dev, then those of other sources. */
export function scoredSplits({ dev, transfers }: Pick<ShapeRequest, "dev" | "transfers">): readonly EncodedSplit[] {
  return [dev, ...transfers.map(({ split }) => split)];
}

/** Where an evaluation of so many rows leaves its logits: the same buffer for every set. */
export function scoredLogits(mem: Arena, rowCount: number, outputCount: number): Tensor {
  return mem.tensor("results", "dev logits", [rowCount, outputCount]);
}

/** How values come into a run's memory; where it is only planned, neither does anything. */
export interface Uploads {
  /** W(0) of a parameter. */
  readonly initial: (name: string, into: Tensor) => void;
  readonly values: Upload;
}

/** Of a run that is only planned. */
export const noUploads: Uploads = { initial: () => {}, values: () => {} };

/**
 * Reserves a run's memory and starts its method. The same function serves a run that is only planned: its arena has no
 * device, and nothing is uploaded. Errors: bad-settings.
 */
export function assemble(request: ShapeRequest, sizes: RunSizes, mem: Arena, uploads: Uploads): Assembly {
  const { model, outputCount, maxSteps, stepsPerEpoch } = sizes;
  const { settings, seed } = request;
  const params = createParams(mem, sizes.specs);
  const mixed = settings.precision === "mixed";
  const { kind } = request.task;
  const uploadInitial = uploads.initial;
  const hold = (s: Scope, x: Tensor): void => lossScale?.hold(s, x);
  const world = { params, mem, seed, kind, maxSteps, stepsPerEpoch, uploadInitial, hold };
  const method = request.method.start(world, request.values);
  const optimizer = new AdamW(mem, params, {
    counted: mixed,
    child: new Set(method.child?.matrices.map(({ param }) => param.spec.name)),
    weightDecay: settings.weightDecay,
    epsilonRule: settings.adamEpsilon,
    rateFactors: layerFactors(sizes.specs, settings.layerDecay),
  });
  const lossScale = mixed ? new LossScale(mem, uploads.values, optimizer) : null;
  const watched = { method, params, headCount: model.sizes.headCount, uploadInitial };
  return {
    model,
    outputCount,
    params,
    method,
    ...lossesOf(request, mem, uploads.values),
    optimizer,
    lossScale,
    maxNorm: settings.clip,
    results: mem.tensor("results", "step results", [resultSlots, 8]),
    devLogits: scoredLogits(mem, Math.max(...scoredSplits(request).map(({ count }) => count)), outputCount),
    devLossSum: mem.tensor("results", "dev loss", [1, 8]),
    watch: request.watched === true ? reserveWatch(mem, watched) : null,
  };
}
