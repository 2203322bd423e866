import type { Answer, ExportableRun, SecondOpinion } from "../../contract/exports.ts";
import type { RunRecord } from "../../contract/run.ts";
import { breathe } from "../../core/breath.ts";
import { AppError } from "../../core/errors.ts";
import { sizeOf } from "../../core/shape.ts";
import { firstRows, makeBatch } from "../../data/dataset/batch.ts";
import type { EncodedSplit } from "../../data/dataset/batch.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import { exportedFiles, onnxOf } from "../../models/export.ts";
import type { TrainedModel } from "../../models/export.ts";
import { openOnnx } from "../../models/onnx/onnx-runtime.ts";
import type { OnnxSession } from "../../models/onnx/onnx-runtime.ts";
import { packZip } from "../../models/zip-writing.ts";
import type { InputLimits } from "../../nn/inputs.ts";
import type { Model } from "../../nn/model.ts";
import type { Engine } from "../../train/engine.ts";
import type { Session } from "../../train/finetuning/session.ts";
import { readTrainedModel } from "../../train/finetuning/trained-model.ts";
import type { AskedModel } from "./asked-model.ts";
import { answerOf, compareLogits } from "./second-opinion.ts";

/** A trained model in host memory, with what is needed to try it. */
interface KeptModel {
  readonly model: TrainedModel;
  readonly network: Model;
  readonly dev: EncodedSplit;
  /** The engine's logits of every dev row, [dev rows, outputs]. */
  readonly devLogits: Float32Array;
  /** Made at the first call, so that what is checked is the very file that was taken along. */
  onnx: Blob | null;
  session: OnnxSession | null;
}

interface Entry {
  readonly head: ExportableRun;
  readonly kept: KeptModel | null;
}

/** What all kept weights together may take. */
const maxBytes = 600e6;
const inTerminal = "Use dps finetune --save in a terminal to have all of them.";
const noMemory =
  "There was no memory left for its weights. Close other pages, or use dps finetune --save in a terminal.";
/** Rows that onnxruntime-web scores in a second opinion: enough to find a fault. */
const maxRows = 1000;
/** A large model takes seconds a row on a CPU: no batch of the second opinion begins later than this. */
const maxCompareMs = 20_000;
const batchRows = 4;

/**
 * The completed runs of one experiment: to try, to export, to check, to ask of a file. As many weights are kept as there
 * is room for; the oldest make room first, the last run of each method is kept longest.
 */
export class KeptModels {
  readonly #entries = new Map<string, Entry>();
  readonly #tokenizer: Tokenizer;
  readonly #maxLength: number;
  readonly #engine: () => Promise<Engine>;
  readonly #maxBytes: number;

  /** maxLength in tokens: of the experiment. engine: asks the models. limit: bytes of all weights together. */
  constructor(tokenizer: Tokenizer, maxLength: number, engine: () => Promise<Engine>, limit = maxBytes) {
    this.#tokenizer = tokenizer;
    this.#maxLength = maxLength;
    this.#engine = engine;
    this.#maxBytes = limit;
  }

  /** Keeps a run's model. Where memory is short, remembers why it does not. Errors: device-lost. */
  async keep(session: Session, { id, method, seed }: RunRecord): Promise<void> {
    await this.#forget(id);
    const bytes = session.sizes.specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
    await this.#makeRoom(bytes, method);
    const problem = this.#problemWith(bytes);
    const kept = problem === null ? await this.#read(session) : null;
    const head = { run: id, method, seed, problem: kept === null ? (problem ?? noMemory) : null };
    this.#entries.set(id, { head, kept });
  }

  /** Gives up the weights of the oldest runs that a later one of their method follows, as many as it takes. */
  async #makeRoom(bytes: number, method: string): Promise<void> {
    const entries = [...this.#entries.values()].filter(({ kept }) => kept !== null);
    const last = new Map(entries.map(({ head }) => [head.method, head.run]));
    last.delete(method);
    for (const { head, kept } of entries) {
      if (this.#usedBytes() + bytes <= this.#maxBytes) return;
      if (last.get(head.method) === head.run) continue;
      await kept?.session?.dispose();
      const problem = `Its weights made room for later runs: at most ${megabytes(this.#maxBytes)} are kept in memory. ${inTerminal}`;
      this.#entries.set(head.run, { head: { ...head, problem }, kept: null });
    }
  }

  #usedBytes(): number {
    return [...this.#entries.values()].reduce((sum, { kept }) => sum + (kept === null ? 0 : bytesOf(kept)), 0);
  }

  /** null where the browser gives no memory. */
  async #read(session: Session): Promise<KeptModel | null> {
    if (session.lastDev === null) throw new AppError("bug", "A run has ended without an evaluation.");
    try {
      const model = await readTrainedModel(session, this.#tokenizer.lowercase);
      const { dev } = session.request;
      return { model, network: session.sizes.model, dev, devLogits: session.lastDev.logits, onnx: null, session: null };
    } catch (thrown) {
      if (thrown instanceof RangeError) return null;
      throw thrown;
    }
  }

  #problemWith(bytes: number): string | null {
    const used = this.#usedBytes();
    if (used + bytes <= this.#maxBytes) return null;
    return (
      `Its weights take ${megabytes(bytes)}; ${megabytes(used)} of the ${megabytes(this.#maxBytes)} that are kept in ` +
      "memory are in use. Run this method alone, or use dps finetune --save in a terminal."
    );
  }

  /** In the order in which they were trained. */
  list(): readonly ExportableRun[] {
    return [...this.#entries.values()].map(({ head }) => head);
  }

  /** One .zip of config.json, tokenizer, model.safetensors and model.onnx. Errors: bad-settings, bad-model, too-large. */
  async pack(run: string): Promise<Blob> {
    const kept = this.#find(run);
    return packZip(exportedFiles(kept.model, onnxFile(kept)));
  }

  /** Scores the first dev rows with onnxruntime-web, as many as time allows. Errors: as pack, and bug, with onnxruntime's words. */
  async compare(run: string, signal?: AbortSignal): Promise<SecondOpinion> {
    const kept = this.#find(run);
    const session = await onnxSessionOf(kept);
    const rows = firstRows(kept.dev, maxRows);
    const logits: number[] = [];
    const started = performance.now();
    for (let begin = 0; begin < rows.count; begin += batchRows) {
      if (begin > 0 && performance.now() - started > maxCompareMs) break;
      const count = Math.min(batchRows, rows.count - begin);
      const batch = makeBatch(
        rows,
        Array.from({ length: count }, (_, index) => begin + index),
      );
      logits.push(...(await session.run(batch)));
      // The thread is free for messages.
      await breathe();
      signal?.throwIfAborted();
    }
    return compareLogits(logits, kept.devLogits, kept.model.outputCount, kept.dev.count, kept.model.kind);
  }

  /** Asks the models of these runs on the device. Errors: bad-settings for empty text, or a run that was not kept. */
  async classify(first: string, second: string | null, runs: readonly string[]): Promise<readonly Answer[]> {
    if (first.trim() === "" || second?.trim() === "") {
      throw new AppError("bad-settings", "There is no text to read; type a sentence.");
    }
    const { ids, types } = this.#tokenizer.encode(first, second, this.#maxLength);
    const split = oneRow(ids, types);
    const answers: Answer[] = [];
    for (const run of runs) {
      const { head } = this.#entry(run);
      const limits = { tokenCount: ids.length, sequenceCount: 1, maxLength: ids.length };
      const asked = await this.ask(run, limits);
      try {
        const logits = await asked.run(makeBatch(split, [0]));
        answers.push({ run, method: head.method, seed: head.seed, ...answerOf(logits, asked) });
      } finally {
        asked.dispose();
      }
    }
    return answers;
  }

  /** A run's model on the device, for batches up to `limits`. Errors: bad-settings where it was not kept; too-large. */
  async ask(run: string, limits: InputLimits): Promise<AskedModel> {
    const { model, network } = this.#find(run);
    const { kind, labels, task, outputCount, tensors } = model;
    const values = new Map(tensors.map(({ name, data }) => [name, data]));
    // Fetched at the first question: most of an experiment's time nobody asks.
    const { openPrediction } = await import("../../train/prediction/prediction-session.ts");
    const session = await openPrediction(await this.#engine(), { model: network, outputCount, values, limits });
    return {
      tokenizer: this.#tokenizer,
      kind,
      labels,
      task,
      limits,
      run: (batch) => session.run(batch),
      dispose: () => session.dispose(),
    };
  }

  /** Tokens of the longest input, and what a run's model is of. Errors: bad-settings where it was not kept. */
  about(run: string): Pick<TrainedModel, "kind" | "labels" | "task"> & { readonly maxLength: number } {
    const { kind, labels, task } = this.#find(run).model;
    return { kind, labels, task, maxLength: this.#maxLength };
  }

  /** Gives up everything that was kept. */
  async dispose(): Promise<void> {
    for (const run of this.#entries.keys()) await this.#forget(run);
  }

  async #forget(run: string): Promise<void> {
    const session = this.#entries.get(run)?.kept?.session;
    this.#entries.delete(run);
    await session?.dispose();
  }

  #entry(run: string): Entry {
    const entry = this.#entries.get(run);
    if (entry !== undefined) return entry;
    const found = this.list().map((head) => head.run);
    throw new AppError(
      "bad-settings",
      `There is no completed run ${run}. Completed are ${found.join(", ") || "none"}.`,
    );
  }

  #find(run: string): KeptModel {
    const { head, kept } = this.#entry(run);
    if (kept !== null) return kept;
    throw new AppError("bad-settings", head.problem ?? `The model of ${run} was not kept.`);
  }
}

function megabytes(count: number): string {
  return `${(count / 1e6).toFixed(0)} MB`;
}

/** One text as a split. */
function oneRow(ids: Uint32Array, types: Uint8Array): EncodedSplit {
  return {
    count: 1,
    ids,
    types,
    offsets: Uint32Array.of(0, ids.length),
    labels: new Float32Array(1),
    truncatedCount: 0,
  };
}

function bytesOf({ model }: KeptModel): number {
  return model.tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
}

function onnxFile(kept: KeptModel): Blob {
  kept.onnx ??= onnxOf(kept.model);
  return kept.onnx;
}

async function onnxSessionOf(kept: KeptModel): Promise<OnnxSession> {
  kept.session ??= await openOnnx(onnxFile(kept));
  return kept.session;
}
