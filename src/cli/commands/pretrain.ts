import { join } from "node:path";
import { isObject } from "../../core/json.ts";
import { formatElapsed, formatMebibytes, formatWhole } from "../../core/format.ts";
import { loadTokenizer } from "../../data/text/tokenizer.ts";
import { RunControl } from "../../experiment/running/control.ts";
import {
  adaptable,
  notesOf,
  preparePretraining,
  readCorpus,
  trainUntilStopped,
} from "../../experiment/adaptation/preparation.ts";
import type { PreparedPretraining } from "../../experiment/adaptation/preparation.ts";
import type { Workspace } from "../../experiment/workspace.ts";
import { openFolder, type Folder } from "../../models/folder.ts";
import { openWeights } from "../../models/folder-weights.ts";
import { pretrainedFiles } from "../../models/pretrained-files.ts";
import { modelOf } from "../../nn/families/index.ts";
import { askedByPretraining } from "../../train/pretraining/plan.ts";
import { openPretraining, type PretrainingSession } from "../../train/pretraining/session.ts";
import { readValues } from "../../train/pretraining/start.ts";
import { exitCodes, type Command } from "../command.ts";
import { describeDevice, describeKernels } from "../report/describe.ts";
import { makeFolder, openTextPaths } from "../files.ts";
import { interruptible } from "../interrupt.ts";
import { holdingOutput, writeFiles } from "../output-file.ts";
import { openWorkspace } from "../request/kernels-option.ts";
import { openModel } from "../request/model-source.ts";
import { readCheckpointFile, writeCheckpoint, type Recipe } from "../pretrain/pretrain-files.ts";
import { PretrainProgress } from "../pretrain/pretrain-progress.ts";
import { pretrainOptions, readPretrainRequest, type PretrainRequest } from "../pretrain/pretrain-request.ts";
import type { Terminal } from "../terminal.ts";

/** `dps pretrain`: a model that goes on with its pre-training on plain text, as the page adapts one. */
export const pretrain: Command = {
  name: "pretrain",
  summary: "Adapt a BERT to plain text of a field: it goes on with its pre-training on that.",
  usage: "dps pretrain --model DIR|ID --text FILE … --output DIR [options]",
  options: () => pretrainOptions(),
  async run(given, terminal) {
    const request = readPretrainRequest(given);
    await makeFolder("output", request.output);
    return await holdingOutput("output", join(request.output, "checkpoint.safetensors"), async () => {
      const workspace = await openWorkspace(request, terminal);
      const folder = await openFolder((await openModel(request.model, request.revision, terminal)).files);
      return await train(workspace, request, folder, await prepare(request, folder, terminal), terminal);
    });
  },
};

/** A run, ready. */
interface Prepared {
  readonly configJson: Readonly<Record<string, unknown>>;
  readonly pretraining: PreparedPretraining;
  readonly lowercase: boolean;
  readonly recipe: Recipe;
}

/** Reads and tokenizes the text, and reads the weights to start from. */
async function prepare({ choice, texts }: PretrainRequest, folder: Folder, terminal: Terminal): Promise<Prepared> {
  const json = await folder.json("config.json");
  const configJson = isObject(json) ? json : {};
  const model = adaptable(modelOf(configJson));
  const tokenizer = await loadTokenizer(folder, model.tokenizer);
  const corpus = await readCorpus(await openTextPaths("text", texts), tokenizer, (documents, tokens) =>
    terminal.status(`Reading the text: ${formatWhole(documents)} documents, ${formatWhole(tokens)} tokens`),
  );
  const initial = await readValues(await openWeights(folder), model.pretraining);
  const pretraining = preparePretraining(corpus, { model, initial }, choice);
  const { trainTokens, heldOutTokens, parameterCount } = pretraining;
  terminal.status("");
  terminal.line(`Text    ${formatWhole(trainTokens)} tokens, and ${formatWhole(heldOutTokens)} held out`);
  terminal.line(`Model   ${formatWhole(parameterCount)} parameters`);
  for (const note of notesOf(pretraining)) terminal.line(`Note    ${note}`);
  const recipe = { config: configJson, ...choice, tokens: corpus.ids.length };
  return { configJson, pretraining, lowercase: tokenizer.lowercase, recipe };
}

/** Trains, writes checkpoints and the model. Resolves with the exit code. */
async function train(
  workspace: Workspace,
  request: PretrainRequest,
  folder: Folder,
  { configJson, pretraining, lowercase, recipe }: Prepared,
  terminal: Terminal,
): Promise<number> {
  const { steps } = request.choice.settings;
  const resumed = request.resume ? await readCheckpointFile(request.output, recipe, steps) : null;
  if (resumed !== null) workspace.useKernels(resumed.kernels);
  const kernels = await workspace.tuneFor(askedByPretraining(pretraining.request), (text, done, total) => {
    terminal.status(`Preparing the GPU ${done}/${total}: ${text}`);
  });
  const engine = await workspace.engine();
  terminal.line(describeDevice(engine.device.record));
  for (const line of describeKernels(kernels)) terminal.line(line);
  const history = resumed?.history ?? { tokens: 0, elapsedMs: 0, evaluations: [] };
  const progress = new PretrainProgress(terminal, steps, resumed?.state.step ?? 0, history);
  const save = async (session: PretrainingSession): Promise<void> => {
    await writeCheckpoint(request.output, recipe, await session.state(), {
      history: progress.history,
      kernels: engine.choice,
    });
    const report = { recipe, ...progress.history };
    const { architecture } = pretraining.request.model;
    const model = { architecture, configJson, vocabulary: folder, lowercase, tensors: await session.weights(), report };
    await writeFiles(request.output, pretrainedFiles(model));
  };
  const listener = {
    phase: (text: string, done: number, total: number) => terminal.status(`${text} ${done}/${total}`),
    steps: (done: Parameters<PretrainProgress["steps"]>[0]) => progress.steps(done),
    evaluation: (losses: Parameters<PretrainProgress["evaluation"]>[0]) => progress.evaluation(losses),
    done: async (step: number) => {
      if (step < steps && step % request.checkpointEvery === 0) await save(session);
    },
  };
  const session = await openPretraining(engine, pretraining.request, listener, resumed?.state ?? null);
  terminal.line(`Memory  ${formatMebibytes(session.plan.totalBytes)} MiB`);
  const control = new RunControl();
  const stop = (): void => {
    terminal.complain("Stopping after the step in flight and saving; press Ctrl+C again to leave at once.");
    control.stop();
  };
  await interruptible(stop, async () => {
    if (resumed === null) progress.evaluation(await session.evaluate());
    await trainUntilStopped(session, control);
    // Also where no step was left: an earlier run may have been killed after its last checkpoint, before its model.
    await save(session);
  });
  session.dispose();
  engine.device.destroy();
  terminal.status("");
  const { tokens, elapsedMs } = progress.history;
  terminal.line(`Wrote ${request.output}: ${formatWhole(tokens)} tokens in ${formatElapsed(elapsedMs)}`);
  if (control.stopped) terminal.line("Stopped; the same command with --resume goes on.");
  return control.stopped ? exitCodes.interrupted : exitCodes.done;
}
