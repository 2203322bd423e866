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
import type { Session } from "../../train/finetuning/session.ts";
import { readTrainedModel } from "../../train/finetuning/trained-model.ts";
import { answerOf, compareLogits } from "./second-opinion.ts";

/** A trained model in host memory, with what is needed to try it. */
interface KeptModel {
  readonly model: TrainedModel;
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
const noMemory =
  "There was no memory left for its weights. Close other pages, or use dps finetune --save in a terminal.";
/** Rows that onnxruntime-web scores in a second opinion: enough to find a fault. */
const maxRows = 1000;
/** A large model takes seconds a row on a CPU: no batch of the second opinion begins later than this. */
const maxCompareMs = 20_000;
const batchRows = 4;

/** The last completed run of each method of one experiment: to export, to check, to try. Needs no GPU once trained. */
export class KeptModels {
  readonly #entries = new Map<string, Entry>();
  readonly #tokenizer: Tokenizer;
  readonly #maxLength: number;
  readonly #maxBytes: number;

  /** maxLength in tokens: of the experiment. maxBytes: of all weights together. */
  constructor(tokenizer: Tokenizer, maxLength: number, limit = maxBytes) {
    this.#tokenizer = tokenizer;
    this.#maxLength = maxLength;
    this.#maxBytes = limit;
  }

  /** Takes the place of the method's earlier run. Where memory is short, remembers why it does not. Errors: device-lost. */
  async keep(session: Session, { id, method, seed }: RunRecord): Promise<void> {
    await this.#forget(method);
    const bytes = session.sizes.specs.reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0);
    const problem = this.#problemWith(bytes);
    const kept = problem === null ? await this.#read(session) : null;
    const head = { run: id, method, seed, problem: kept === null ? (problem ?? noMemory) : null };
    this.#entries.set(method, { head, kept });
  }

  /** null where the browser gives no memory. */
  async #read(session: Session): Promise<KeptModel | null> {
    if (session.lastDev === null) throw new AppError("bug", "A run has ended without an evaluation.");
    try {
      const model = await readTrainedModel(session, this.#tokenizer.lowercase);
      const { dev } = session.request;
      return { model, dev, devLogits: session.lastDev.logits, onnx: null, session: null };
    } catch (thrown) {
      if (thrown instanceof RangeError) return null;
      throw thrown;
    }
  }

  #problemWith(bytes: number): string | null {
    const used = [...this.#entries.values()].reduce((sum, { kept }) => sum + (kept === null ? 0 : bytesOf(kept)), 0);
    if (used + bytes <= this.#maxBytes) return null;
    const megabytes = (count: number): string => `${(count / 1e6).toFixed(0)} MB`;
    return (
      `Its weights take ${megabytes(bytes)}; ${megabytes(used)} of the ${megabytes(this.#maxBytes)} that are kept in ` +
      "memory are in use. Run this method alone, or use dps finetune --save in a terminal."
    );
  }

  /** In the order in which the methods were first run. */
  list(): readonly ExportableRun[] {
    return [...this.#entries.values()].map(({ head }) => head);
  }

  /** One .zip of config.json, tokenizer, model.safetensors and model.onnx. Errors: bad-settings, bad-model, too-large. */
  async pack(run: string): Promise<Blob> {
    const kept = this.#find(run);
    return packZip(exportedFiles(kept.model, onnxFile(kept)));
  }

  /** Scores the first dev rows with onnxruntime-web, as many as time allows. Errors: as pack, and bug, with onnxruntime's words. */
  async compare(run: string): Promise<SecondOpinion> {
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
    }
    return compareLogits(logits, kept.devLogits, kept.model.outputCount, kept.dev.count);
  }

  /** Asks every model that was checked. Errors: bad-settings for empty text, or where none was exported yet. */
  async classify(first: string, second: string | null): Promise<readonly Answer[]> {
    if (first.trim() === "" || second?.trim() === "") {
      throw new AppError("bad-settings", "There is no text to read; type a sentence.");
    }
    const { ids, types } = this.#tokenizer.encode(first, second, this.#maxLength);
    const answers: Answer[] = [];
    for (const { head, kept } of this.#entries.values()) {
      if (kept === null || kept.session === null) continue;
      const logits = await kept.session.run({ ids, types, offsets: [0, ids.length] });
      answers.push({ run: head.run, method: head.method, seed: head.seed, ...answerOf(logits, kept.model.labels) });
    }
    if (answers.length === 0) throw new AppError("bad-settings", "No model was exported yet; export one first.");
    return answers;
  }

  /** Gives up everything that was kept. */
  async dispose(): Promise<void> {
    for (const method of this.#entries.keys()) await this.#forget(method);
  }

  async #forget(method: string): Promise<void> {
    const session = this.#entries.get(method)?.kept?.session;
    this.#entries.delete(method);
    await session?.dispose();
  }

  #find(run: string): KeptModel {
    const entry = [...this.#entries.values()].find(({ head }) => head.run === run);
    if (entry?.kept) return entry.kept;
    const found = this.list().map((head) => head.run);
    const advice = `Kept are ${found.join(", ") || "none"}: the last completed run of each method.`;
    throw new AppError("bad-settings", entry?.head.problem ?? `The model of ${run} was not kept. ${advice}`);
  }
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
