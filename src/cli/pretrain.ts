import { encodeCorpus } from "../data/corpus-encoding.ts";
import { splitCorpus } from "../data/encoded-corpus.ts";
import { loadTokenizer } from "../data/tokenizer.ts";
import { readDefinition } from "../data/tokenizer-files.ts";
import type { TokenizerFolder } from "../data/tokenizer-files.ts";
import { AppError } from "../core/errors.ts";
import { RunControl } from "../experiment/control.ts";
import { Workspace } from "../experiment/workspace.ts";
import { openFolder } from "../models/folder.ts";
import { openWeights } from "../models/folder-weights.ts";
import type { Weights } from "../models/weights.ts";
import { isKept, pretrainingSpecs } from "../nn/bert/pretraining.ts";
import { bert } from "../nn/families/bert.ts";
import { countParameters } from "../nn/params.ts";
import { corpusBatches } from "../train/pretraining-batches.ts";
import { openPretraining } from "../train/pretraining.ts";
import type { PretrainingSession } from "../train/pretraining.ts";
import type { PretrainingRequest } from "../train/pretraining-step.ts";
import { openGpu } from "./adapter.ts";
import { exitCodes } from "./command.ts";
import type { Command } from "./command.ts";
import { describeDevice } from "./describe.ts";
import { makeFolder, openModelPath } from "./files.ts";
import { formatCount, formatDuration, formatMebibytes } from "./format.ts";
import type { Given } from "./options.ts";
import {
  newConfig,
  openVocabulary,
  readCheckpointFile,
  readEmbeddings,
  readValues,
  writeCheckpoint,
  writeModel,
} from "./pretrain-files.ts";
import type { Recipe } from "./pretrain-files.ts";
import { PretrainProgress } from "./pretrain-progress.ts";
import { pretrainOptions, readPretrainRequest } from "./pretrain-request.ts";
import type { PretrainRequest } from "./pretrain-request.ts";
import { documentsOf, openTexts } from "./texts.ts";
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
    const base = await openBase(request);
    const run = await prepare(given, request, base, terminal);
    return await train(request, base, run, terminal);
  },
};

/** What the model is made from. */
interface Base {
  readonly vocabulary: TokenizerFolder;
  readonly configJson: Readonly<Record<string, unknown>>;
  /** The model to go on from. */
  readonly weights: Weights | null;
}

/** A run, ready. */
interface Prepared {
  readonly pretraining: PretrainingRequest;
  readonly recipe: Recipe;
}

async function openBase({ model, vocabulary, size, settings }: PretrainRequest): Promise<Base> {
  if (model !== null) {
    const folder = await openFolder(await openModelPath(model));
    const json = await folder.json("config.json");
    const configJson = typeof json === "object" && json !== null ? Object.fromEntries(Object.entries(json)) : {};
    return { vocabulary: folder, configJson, weights: await openWeights(folder) };
  }
  const files = openVocabulary("vocabulary", vocabulary ?? "");
  const { vocabularySize } = await readDefinition(files);
  return { vocabulary: files, configJson: newConfig(size, vocabularySize, settings.length), weights: null };
}

/** Reads and tokenizes the text, and whatever the weights start from. */
async function prepare(given: Given, request: PretrainRequest, base: Base, terminal: Terminal): Promise<Prepared> {
  const { objective, settings, seed, heldOutShare } = request;
  const config = bert.readConfig(base.configJson, 2);
  if (settings.length > config.maxPositions) {
    const most = `the model has ${config.maxPositions} positions`;
    throw new AppError("bad-settings", `--length ${settings.length} is too long: ${most}.`);
  }
  const tokenizer = await loadTokenizer(base.vocabulary, config.vocabularySize);
  const corpus = await encodeCorpus(documentsOf(await openTexts(given)), tokenizer, (documents, tokens) =>
    terminal.status(`Reading the text: ${formatCount(documents)} documents, ${formatCount(tokens)} tokens`),
  );
  const { train, heldOut } = splitCorpus(corpus, heldOutShare, seed);
  terminal.status("");
  const specs = pretrainingSpecs(config, objective);
  const kept = countParameters(specs.filter(({ name }) => isKept(objective, name)));
  terminal.line(`Text    ${formatCount(train.ids.length)} tokens, and ${formatCount(heldOut.ids.length)} held out`);
  terminal.line(`Model   ${formatCount(kept)} parameters, ${formatCount(countParameters(specs))} trained`);
  return {
    pretraining: {
      config,
      objective,
      settings,
      seed,
      ...corpusBatches(train, heldOut, settings, seed),
      initial: await initialOf(request, base, config),
    },
    recipe: { config: base.configJson, objective, settings, seed, heldOutShare, tokens: corpus.ids.length },
  };
}

async function initialOf(
  { embeddings, objective }: PretrainRequest,
  { weights }: Base,
  config: PretrainingRequest["config"],
): Promise<ReadonlyMap<string, Float32Array>> {
  const specs = pretrainingSpecs(config, objective);
  if (weights !== null) return await readValues(weights, specs);
  return embeddings === null ? new Map() : await readEmbeddings(embeddings, specs);
}

/** Trains, writes checkpoints and the model. Resolves with the exit code. */
async function train(
  request: PretrainRequest,
  base: Base,
  { pretraining, recipe }: Prepared,
  terminal: Terminal,
): Promise<number> {
  const resumed = request.resume ? await readCheckpointFile(request.output, recipe) : null;
  const engine = await new Workspace(await openGpu()).engine();
  terminal.line(describeDevice(engine.device.record));
  const { steps } = request.settings;
  const history = resumed?.history ?? { tokens: 0, elapsedMs: 0, evaluations: [] };
  const progress = new PretrainProgress(terminal, steps, resumed?.state.step ?? 0, history);
  const save = async (session: PretrainingSession): Promise<void> => {
    await writeCheckpoint(request.output, recipe, await session.state(), progress.history);
    const weights = await session.weights();
    const tensors = weights.filter(({ name }) => isKept(request.objective, name));
    await writeModel(request.output, { ...base, tensors, half: request.half, recipe, history: progress.history });
  };
  const listener = {
    phase: (text: string, done: number, total: number) => terminal.status(`${text} ${done}/${total}`),
    steps: (done: Parameters<PretrainProgress["steps"]>[0]) => progress.steps(done),
    evaluation: (losses: Parameters<PretrainProgress["evaluation"]>[0]) => progress.evaluation(losses),
    done: async (step: number) => {
      if (step === steps || step % request.checkpointEvery === 0) await save(session);
    },
  };
  const session = await openPretraining(engine, pretraining, listener, resumed?.state ?? null);
  terminal.line(`Memory  ${formatMebibytes(session.plan.totalBytes)} MiB`);
  const control = new RunControl();
  const release = stopOnInterrupt(control, terminal);
  try {
    await session.train(control);
  } catch (error) {
    if (!control.stopped) throw error;
    await save(session);
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
