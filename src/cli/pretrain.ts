import { loadTokenizer } from "../data/tokenizer.ts";
import { readDefinition } from "../data/tokenizer-files.ts";
import { RunControl } from "../experiment/control.ts";
import { keptWeights, preparePretraining, readCorpus, trainUntilStopped } from "../experiment/pretraining.ts";
import type { PreparedPretraining } from "../experiment/pretraining.ts";
import { Workspace } from "../experiment/workspace.ts";
import { openFolder } from "../models/folder.ts";
import { openWeights } from "../models/folder-weights.ts";
import type { Weights } from "../models/weights.ts";
import { pretrainingSpecs } from "../nn/bert/pretraining.ts";
import { bert } from "../nn/families/bert.ts";
import type { ModelConfig } from "../nn/family.ts";
import { openPretraining } from "../train/pretraining.ts";
import type { PretrainingSession } from "../train/pretraining.ts";
import { readValues } from "../train/pretraining-start.ts";
import { openGpu } from "./adapter.ts";
import { exitCodes } from "./command.ts";
import type { Command } from "./command.ts";
import { describeDevice } from "./describe.ts";
import { makeFolder } from "./files.ts";
import { formatCount, formatDuration, formatMebibytes } from "./format.ts";
import { openModel } from "./model-source.ts";
import type { Given } from "./options.ts";
import {
  newConfig,
  openVocabulary,
  readCheckpointFile,
  readEmbeddings,
  writeCheckpoint,
  writeModel,
} from "./pretrain-files.ts";
import type { Recipe, VocabularyFolder } from "./pretrain-files.ts";
import { PretrainProgress } from "./pretrain-progress.ts";
import { pretrainOptions, readPretrainRequest } from "./pretrain-request.ts";
import type { PretrainRequest } from "./pretrain-request.ts";
import { openTexts } from "./texts.ts";
import type { Terminal } from "./terminal.ts";

/** `dps pretrain`: a BERT from plain text. */
export const pretrain: Command = {
  name: "pretrain",
  summary: "Pre-train a BERT on plain text, or go on with one.",
  usage: "dps pretrain --text FILE … --vocabulary DIR --output DIR [--objective rtd] [options]",
  options: () => pretrainOptions(),
  async run(given, terminal) {
    const request = readPretrainRequest(given);
    await makeFolder("output", request.output);
    const base = await openBase(request, terminal);
    const run = await prepare(given, request, base, terminal);
    return await train(request, base, run, terminal);
  },
};

/** What the model is made from. */
interface Base {
  readonly vocabulary: VocabularyFolder;
  readonly configJson: Readonly<Record<string, unknown>>;
  /** The model to go on from. */
  readonly weights: Weights | null;
}

/** A run, ready. */
interface Prepared {
  readonly pretraining: PreparedPretraining;
  readonly lowercase: boolean;
  readonly recipe: Recipe;
}

async function openBase(request: PretrainRequest, terminal: Terminal): Promise<Base> {
  const { model, revision, vocabulary, size, choice } = request;
  if (model !== null) {
    const folder = await openFolder((await openModel(model, revision, terminal)).files);
    const json = await folder.json("config.json");
    const configJson = typeof json === "object" && json !== null ? Object.fromEntries(Object.entries(json)) : {};
    return { vocabulary: folder, configJson, weights: await openWeights(folder) };
  }
  const files = openVocabulary("vocabulary", vocabulary ?? "");
  const { vocabularySize } = await readDefinition(files);
  return { vocabulary: files, configJson: newConfig(size, vocabularySize, choice.settings.length), weights: null };
}

/** Reads and tokenizes the text, and whatever the weights start from. */
async function prepare(given: Given, request: PretrainRequest, base: Base, terminal: Terminal): Promise<Prepared> {
  const { choice } = request;
  const config = bert.readConfig(base.configJson, 2);
  const tokenizer = await loadTokenizer(base.vocabulary, config.vocabularySize);
  const corpus = await readCorpus(await openTexts(given), tokenizer, (documents, tokens) =>
    terminal.status(`Reading the text: ${formatCount(documents)} documents, ${formatCount(tokens)} tokens`),
  );
  const initial = await initialOf(request, base, config);
  const pretraining = preparePretraining(corpus, { config, initial }, choice);
  const { trainTokens, heldOutTokens, keptCount, trainedCount } = pretraining;
  terminal.status("");
  terminal.line(`Text    ${formatCount(trainTokens)} tokens, and ${formatCount(heldOutTokens)} held out`);
  terminal.line(`Model   ${formatCount(keptCount)} parameters, ${formatCount(trainedCount)} trained`);
  return {
    pretraining,
    lowercase: tokenizer.lowercase,
    recipe: { config: base.configJson, ...choice, tokens: corpus.ids.length },
  };
}

async function initialOf(
  { embeddings, choice }: PretrainRequest,
  { weights }: Base,
  config: ModelConfig,
): Promise<ReadonlyMap<string, Float32Array>> {
  const specs = pretrainingSpecs(config, choice.objective);
  if (weights !== null) return await readValues(weights, specs);
  return embeddings === null ? new Map() : await readEmbeddings(embeddings, specs);
}

/** Trains, writes checkpoints and the model. Resolves with the exit code. */
async function train(
  request: PretrainRequest,
  { configJson, vocabulary, weights }: Base,
  { pretraining, lowercase, recipe }: Prepared,
  terminal: Terminal,
): Promise<number> {
  const { steps } = request.choice.settings;
  const resumed = request.resume ? await readCheckpointFile(request.output, recipe, steps) : null;
  const engine = await new Workspace(await openGpu()).engine();
  terminal.line(describeDevice(engine.device.record));
  const history = resumed?.history ?? { tokens: 0, elapsedMs: 0, evaluations: [] };
  const progress = new PretrainProgress(terminal, steps, resumed?.state.step ?? 0, history);
  const save = async (session: PretrainingSession): Promise<void> => {
    await writeCheckpoint(request.output, recipe, await session.state(), progress.history);
    const tensors = await keptWeights(session);
    const report = { recipe, ...progress.history };
    await writeModel(request.output, { configJson, vocabulary, lowercase, tensors, half: request.half, report });
  };
  const listener = {
    phase: (text: string, done: number, total: number) => terminal.status(`${text} ${done}/${total}`),
    steps: (done: Parameters<PretrainProgress["steps"]>[0]) => progress.steps(done),
    evaluation: (losses: Parameters<PretrainProgress["evaluation"]>[0]) => progress.evaluation(losses),
    done: async (step: number) => {
      if (step === steps || step % request.checkpointEvery === 0) await save(session);
    },
  };
  const session = await openPretraining(engine, pretraining.request, listener, resumed?.state ?? null);
  terminal.line(`Memory  ${formatMebibytes(session.plan.totalBytes)} MiB`);
  const control = new RunControl();
  const release = stopOnInterrupt(control, terminal);
  try {
    // A model that has learnt already has something to lose.
    if (weights !== null && resumed === null) progress.evaluation(await session.evaluate());
    await trainUntilStopped(session, control);
    if (control.stopped) await save(session);
  } finally {
    release();
  }
  session.dispose();
  engine.device.destroy();
  terminal.status("");
  const { tokens, elapsedMs } = progress.history;
  terminal.line(`Wrote ${request.output}: ${formatCount(tokens)} tokens in ${formatDuration(elapsedMs)}`);
  if (control.stopped) terminal.line("Stopped; the same command with --resume goes on.");
  return control.stopped ? exitCodes.interrupted : exitCodes.done;
}

/** The first Ctrl+C stops after the step in flight and saves, a second one ends at once. Returns what ends the watch. */
function stopOnInterrupt(control: RunControl, terminal: Terminal): () => void {
  const onInterrupt = (): void => {
    if (control.stopped) process.exit(exitCodes.interrupted);
    terminal.complain("Stopping after the step in flight and saving; press Ctrl+C again to leave at once.");
    control.stop();
  };
  process.on("SIGINT", onInterrupt);
  return () => process.off("SIGINT", onInterrupt);
}
