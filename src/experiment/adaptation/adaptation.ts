import { parseValues } from "../../contract/fields.ts";
import type { Values } from "../../contract/fields.ts";
import type { AdaptationEvent, AdaptationPlan, LossesRecord, TextRecord } from "../../contract/pretraining.ts";
import type { ModelRecord } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import type { CorpusProgress } from "../../data/text/corpus-encoding.ts";
import type { EncodedCorpus } from "../../data/text/encoded-corpus.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import { openWeights } from "../../models/folder-weights.ts";
import { pretrainedFiles } from "../../models/pretrained-files.ts";
import type { TensorData } from "../../models/safetensors.ts";
import { packZip } from "../../models/zip-writing.ts";
import type { Pretraining } from "../../nn/pretraining.ts";
import { readCheckpoint } from "../../train/checkpoint.ts";
import type { Checkpoint } from "../../train/checkpoint.ts";
import { openPretraining } from "../../train/pretraining/session.ts";
import { readValues } from "../../train/pretraining/start.ts";
import { askedByPretraining, planPretraining } from "../../train/pretraining/plan.ts";
import type { RunControl } from "../running/control.ts";
import { adaptationFields, pretrainingChoice } from "./pretraining-choice.ts";
import { adaptable, notesOf, preparePretraining, readCorpus, trainUntilStopped } from "./preparation.ts";
import type { PreparedPretraining } from "./preparation.ts";
import type { NamedFile, Workspace } from "../workspace.ts";

/** Further pre-training of a workspace's model on a person's text; the weights it ends with take the model's place. */
export class Adaptation {
  readonly #workspace: Workspace;
  #files: readonly NamedFile[] = [];
  #reading = 0;
  #encoded: { readonly tokenizer: Tokenizer; readonly corpus: EncodedCorpus } | null = null;
  /** Every weight of the adapted model, its heads too; holds while that checkpoint is the loaded one. */
  #adapted: { readonly checkpoint: Checkpoint; readonly tensors: readonly TensorData[] } | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /**
   * Reads texts with the model's tokenizer; none takes them away. Replaces what was there only when it succeeds.
   *
   * Errors: bad-table, bad-archive, too-large, bad-tokenizer; stopped, when others were given meanwhile.
   */
  async loadTexts(files: readonly NamedFile[], progress?: CorpusProgress): Promise<TextRecord | null> {
    const reading = ++this.#reading;
    if (files.length === 0) {
      this.#files = [];
      this.#encoded = null;
      return null;
    }
    const { tokenizer } = this.#workspace.loaded;
    const checkLatest = (): void => {
      if (reading !== this.#reading) throw new AppError("stopped", "Other texts were given before these were read.");
    };
    const corpus = await readCorpus(files, tokenizer, (documents, tokens) => {
      checkLatest();
      progress?.(documents, tokens);
    });
    checkLatest();
    this.#files = files;
    this.#encoded = { tokenizer, corpus };
    return {
      files: files.map(({ path }) => path),
      documentCount: corpus.documents.length - 1,
      tokenCount: corpus.ids.length,
    };
  }

  /** Texts that are being read come to nothing. */
  abandonTexts(): void {
    this.#reading += 1;
  }

  /** What a run would be and take, without taking it. Errors: as adapt(), but for those of the training itself. */
  async plan(values: Values): Promise<AdaptationPlan> {
    const prepared = await this.#prepare(values);
    const { request, trainTokens, heldOutTokens, parameterCount } = prepared;
    const { plan, problem } = planPretraining(request, await this.#workspace.engine());
    return {
      trainTokens,
      heldOutTokens,
      parameterCount,
      totalBytes: plan.totalBytes,
      notes: notesOf(prepared),
      problem,
    };
  }

  /**
   * Trains the loaded model on the texts and puts the weights in its place; where it is stopped, those of the steps that
   * were done. The model stays as it was where nothing was done or something failed.
   *
   * Errors: bad-settings, bad-table, bad-model, too-large, not-finite, device-lost, device-error, no-webgpu; stopped,
   * when another model was loaded meanwhile.
   */
  async adapt(values: Values, control: RunControl, emit: (event: AdaptationEvent) => void): Promise<ModelRecord> {
    const { checkpoint } = this.#workspace.loaded;
    const { request } = await this.#prepare(values);
    const files = this.#files.map(({ path }) => path);
    const teller = new Teller(control, emit);
    await this.#workspace.tuneFor(askedByPretraining(request), (_, done, total) => {
      teller.phase("Preparing the GPU", done, total);
    });
    const session = await openPretraining(await this.#workspace.engine(), request, teller);
    try {
      const before = await session.evaluate();
      teller.begin(before);
      await trainUntilStopped(session, control);
      if (session.done === 0) return this.#workspace.modelRecord;
      if (teller.last?.step !== session.done) teller.evaluation(await session.evaluate());
      const after = teller.last ?? before;
      checkFinite(after);
      const tensors = await session.weights();
      const record = {
        files,
        values: parseValues(adaptationFields, values),
        steps: session.done,
        tokens: teller.tokens,
      };
      const adapted = withWeights(checkpoint, tensors, { ...record, before, after });
      this.#workspace.replaceWeights(checkpoint, adapted);
      this.#adapted = { checkpoint: adapted, tensors };
      return this.#workspace.modelRecord;
    } finally {
      session.dispose();
    }
  }

  /** Puts the model back as its files have it. Errors: as loadModel. */
  async restore(): Promise<ModelRecord> {
    const { checkpoint } = this.#workspace.loaded;
    if (checkpoint.record.adaptations.length > 0) {
      this.#workspace.replaceWeights(checkpoint, await readCheckpoint(checkpoint.folder));
      this.#adapted = null;
    }
    return this.#workspace.modelRecord;
  }

  /** The adapted model as one .zip with a Hugging Face folder. Errors: bad-settings where it was not adapted. */
  async pack(): Promise<Blob> {
    const { checkpoint, tokenizer } = this.#workspace.loaded;
    if (this.#adapted?.checkpoint !== checkpoint) {
      throw new AppError("bad-settings", "The model is as it was loaded; adapt it to a text first.");
    }
    const { folder, configJson, record, model } = checkpoint;
    const { architecture } = adaptable(model).pretraining;
    const report = { name: record.name, adaptations: record.adaptations };
    const { lowercase } = tokenizer;
    const { tensors } = this.#adapted;
    return packZip(pretrainedFiles({ architecture, configJson, vocabulary: folder, lowercase, tensors, report }));
  }

  async #prepare(values: Values): Promise<PreparedPretraining> {
    const choice = pretrainingChoice(values);
    const { checkpoint } = this.#workspace.loaded;
    const model = adaptable(checkpoint.model);
    const corpus = await this.#corpus();
    const initial = await this.#initial(checkpoint, model.pretraining);
    return preparePretraining(corpus, { model, initial }, choice);
  }

  /** The texts in tokens of the loaded model, read again where it has another vocabulary than the last one. */
  async #corpus(): Promise<EncodedCorpus> {
    if (this.#files.length === 0) throw new AppError("bad-settings", "No text was given; give a .txt file.");
    const { tokenizer } = this.#workspace.loaded;
    if (this.#encoded?.tokenizer === tokenizer) return this.#encoded.corpus;
    const corpus = await readCorpus(this.#files, tokenizer);
    this.#encoded = { tokenizer, corpus };
    return corpus;
  }

  /** The loaded weights, and the heads of an earlier adaptation or of the file. */
  async #initial(checkpoint: Checkpoint, model: Pretraining): Promise<ReadonlyMap<string, Float32Array>> {
    const heads = this.#adapted?.checkpoint === checkpoint ? this.#adapted.tensors : [];
    const known = new Map([...checkpoint.values, ...heads.map(({ name, data }) => [name, data] as const)]);
    return await readValues(await openWeights(checkpoint.folder), model, known);
  }
}

/** Hands on what happens, and keeps what the record will say. */
class Teller {
  last: LossesRecord | null = null;
  tokens = 0;
  readonly #control: RunControl;
  readonly #emit: (event: AdaptationEvent) => void;
  #startMs = 0;

  constructor(control: RunControl, emit: (event: AdaptationEvent) => void) {
    this.#control = control;
    this.#emit = emit;
  }

  /** The measurement before the first step; time runs from here. */
  begin(losses: LossesRecord): void {
    this.#emit({ kind: "evaluation", losses });
    this.#startMs = performance.now() - this.#control.pausedMs;
  }

  phase(text: string, done: number, total: number): void {
    this.#emit({ kind: "phase", text, done, total });
  }

  steps(steps: Extract<AdaptationEvent, { kind: "steps" }>["steps"]): void {
    for (const { tokens } of steps) this.tokens += tokens;
    this.#emit({ kind: "steps", steps, elapsedMs: performance.now() - this.#control.pausedMs - this.#startMs });
  }

  evaluation(losses: LossesRecord): void {
    this.last = losses;
    this.#emit({ kind: "evaluation", losses });
  }

  done(): Promise<void> {
    return Promise.resolve();
  }
}

function withWeights(
  checkpoint: Checkpoint,
  tensors: readonly TensorData[],
  adaptation: ModelRecord["adaptations"][number],
): Checkpoint {
  const values = new Map(checkpoint.values);
  for (const { name, data } of tensors) if (values.has(name)) values.set(name, data);
  const { record } = checkpoint;
  return { ...checkpoint, values, record: { ...record, adaptations: [...record.adaptations, adaptation] } };
}

function checkFinite({ words, next }: LossesRecord): void {
  if (Number.isFinite(words.loss + next.loss)) return;
  throw new AppError(
    "not-finite",
    "The losses on the held-out text are no numbers any more, so the model was left as it was. Lower the learning rate.",
  );
}
