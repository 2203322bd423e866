import type { OpenedAnswer, OpenedModel } from "../../contract/exports.ts";
import { AppError } from "../../core/errors.ts";
import { loadTokenizer } from "../../data/text/tokenizer.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import { openFolder } from "../../models/folder.ts";
import type { FolderFile } from "../../models/folder.ts";
import { openOnnx } from "../../models/onnx/onnx-runtime.ts";
import type { OnnxSession } from "../../models/onnx/onnx-runtime.ts";
import { modelOf } from "../../nn/families/index.ts";
import type { AskedModel } from "./asked-model.ts";
import { differenceName, readDifference } from "./difference.ts";
import { answerOf } from "./second-opinion.ts";
import { kindOf, readTaskConfig } from "./task-config.ts";

interface Opened {
  readonly model: OpenedModel;
  readonly tokenizer: Tokenizer;
  readonly session: OnnxSession;
  /** Tokens. */
  readonly maxLength: number;
}

/** Each takes memory of its own. */
const maxModels = 6;
/** Twice this is needed while it is opened, and a browser gives a program 4 GB. */
const maxOnnxBytes = 1_000_000_000;

/** Rows that onnxruntime-web is asked at once: on a CPU more gain nothing. */
const batchRows = 4;

/** Fine-tuned models from disk: to be asked, not to be trained. Needs no GPU. */
export class OpenedModels {
  readonly #opened = new Map<string, Opened>();
  #number = 0;

  /**
   * Opens an exported .zip, or the folder it holds: config.json, tokenizer and model.onnx; or the files of a model that
   * ships, with the difference that fine-tuning made.
   *
   * Errors: those of openFolder and loadTokenizer; bad-config; bad-model for an ONNX file that onnxruntime-web does not
   * take or whose answers do not fit the labels; too-large.
   */
  async open(files: readonly FolderFile[]): Promise<OpenedModel> {
    if (this.#opened.size >= maxModels) {
      throw new AppError("too-large", `${maxModels} models are open; close one before you open another.`);
    }
    const ships = files.some(({ path }) => path.endsWith(`/${differenceName}`));
    const folder = await openFolder(files, ships ? "weights" : "model.onnx");
    const configJson = await folder.json("config.json");
    const tuned = ships ? await readDifference(folder) : null;
    const { names, problemType, task } = tuned ?? readTaskConfig(configJson, folder.name);
    const { sizes, tokenizer: needs } = modelOf(configJson);
    const tokenizer = await loadTokenizer(folder, needs);
    const file = tuned?.onnx ?? (await folder.blob("model.onnx"));
    if (file.size > maxOnnxBytes) {
      const found = `${folder.name}/model.onnx has ${file.size} bytes; at most ${maxOnnxBytes} are opened in a browser`;
      throw new AppError("too-large", `${found}. Ask it with onnxruntime on your computer.`);
    }
    const kind = kindOf(problemType);
    const labels = kind === "regression" ? [] : names;
    const session = await openOnnx(file);
    const id = `opened-${++this.#number}`;
    const model = { id, name: folder.name, kind, labels, task };
    const opened = { model, tokenizer, session, maxLength: sizes.maxPositions };
    try {
      await ask(opened, "a", null);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    this.#opened.set(id, opened);
    return model;
  }

  /** One of them, to be asked of many rows; it stays open. Errors: bad-settings where it is not. */
  asked(id: string): AskedModel {
    const opened = this.#opened.get(id);
    if (opened === undefined) throw new AppError("bad-settings", "This model is not open any more; open it again.");
    const { model, tokenizer, session, maxLength } = opened;
    return {
      tokenizer,
      kind: model.kind,
      labels: model.labels,
      task: model.task,
      limits: { tokenCount: batchRows * maxLength, sequenceCount: batchRows, maxLength },
      run: (batch) => session.run(batch),
      dispose: () => {},
    };
  }

  has(id: string): boolean {
    return this.#opened.has(id);
  }

  async close(id: string): Promise<void> {
    const opened = this.#opened.get(id);
    this.#opened.delete(id);
    await opened?.session.dispose();
  }

  /** Asks every open model. `second` is null for a single sentence. Errors: bad-settings for empty text or no model. */
  async classify(first: string, second: string | null): Promise<readonly OpenedAnswer[]> {
    if (first.trim() === "" || second?.trim() === "") {
      throw new AppError("bad-settings", "There is no text to read; type a sentence.");
    }
    if (this.#opened.size === 0) throw new AppError("bad-settings", "No model is open; open an exported .zip first.");
    const answers: OpenedAnswer[] = [];
    for (const opened of this.#opened.values()) answers.push(await ask(opened, first, second));
    return answers;
  }
}

async function ask({ model, tokenizer, session, maxLength }: Opened, first: string, second: string | null) {
  const { ids, types } = tokenizer.encode(first, second, maxLength);
  const logits = await session.run({ ids, types, offsets: [0, ids.length] });
  if (logits.length !== Math.max(1, model.labels.length)) {
    const found = `${model.name}/model.onnx gives ${logits.length} numbers a text, and config.json names`;
    throw new AppError("bad-model", `${found} ${model.labels.length} labels. Are both of one export?`);
  }
  return { model: model.id, ...answerOf(logits, model) };
}
