import { AppError } from "../../core/errors.ts";
import { documentsOf } from "../../data/text/corpus.ts";
import { encodeCorpus } from "../../data/text/corpus-encoding.ts";
import type { CorpusProgress } from "../../data/text/corpus-encoding.ts";
import { cutDocuments, splitCorpus } from "../../data/text/encoded-corpus.ts";
import type { EncodedCorpus } from "../../data/text/encoded-corpus.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import type { Model } from "../../nn/model.ts";
import { countParameters } from "../../nn/params.ts";
import { corpusBatches } from "../../train/pretraining/batches.ts";
import type { PretrainingSession } from "../../train/pretraining/session.ts";
import type { PretrainingRequest } from "../../train/pretraining/step.ts";
import type { Control } from "../../train/engine.ts";
import type { PretrainingChoice } from "./pretraining-choice.ts";
import type { NamedFile } from "../workspace.ts";

/** A pre-training ready to be planned or run, and what to say of it. */
export interface PreparedPretraining {
  readonly request: PretrainingRequest;
  readonly trainTokens: number;
  readonly heldOutTokens: number;
  /** Weights, heads included. */
  readonly parameterCount: number;
  /** Parameters that are drawn from the seed, for want of a value to start from. */
  readonly fresh: readonly string[];
}

/** A model whose pre-training can go on. */
export type AdaptableModel = Model & Required<Pick<Model, "pretraining">>;

/** Errors: bad-model, for a model of a family that cannot be adapted. */
export function adaptable(model: Model): AdaptableModel {
  const { pretraining, family } = model;
  if (pretraining !== undefined) return { ...model, pretraining };
  throw new AppError(
    "bad-model",
    `The model is a ${family.label}, which cannot be adapted to a text here. Fine-tune it as it is, or adapt a BERT.`,
  );
}

/** Reads and tokenizes texts. Errors: those of readDocuments and encodeCorpus; what progress throws. */
export async function readCorpus(
  files: readonly NamedFile[],
  tokenizer: Tokenizer,
  progress?: CorpusProgress,
): Promise<EncodedCorpus> {
  return cutDocuments(await encodeCorpus(documentsOf(files), tokenizer, progress));
}

/**
 * Splits a text and makes the request of a run over it. `initial`: values to start from, by parameter name.
 *
 * Errors: bad-settings for a length beyond the model's; bad-table where the text is too short.
 */
export function preparePretraining(
  corpus: EncodedCorpus,
  { model, initial }: { readonly model: AdaptableModel; readonly initial: PretrainingRequest["initial"] },
  { settings, seed, heldOutShare }: PretrainingChoice,
): PreparedPretraining {
  const { maxPositions } = model.sizes;
  if (settings.length > maxPositions) {
    throw new AppError(
      "bad-settings",
      `Length is ${settings.length} tokens, but this model has ${maxPositions} positions. Use at most ` +
        `${maxPositions}.`,
    );
  }
  const { train, heldOut } = splitCorpus(corpus, heldOutShare, seed);
  const { pretraining, initializerRange } = model;
  return {
    request: {
      model: pretraining,
      initializerRange,
      settings,
      seed,
      initial,
      ...corpusBatches(train, heldOut, settings, seed),
    },
    trainTokens: train.ids.length,
    heldOutTokens: heldOut.ids.length,
    parameterCount: countParameters(pretraining.params),
    fresh: pretraining.params.map(({ name }) => name).filter((name) => !initial.has(name)),
  };
}

/** What a person should know before: which heads start afresh. [] for nothing. */
export function notesOf({ fresh, request }: PreparedPretraining): readonly string[] {
  const { heads } = request.model;
  const bare = (prefix: string): string => prefix.replace(/\.$/, "");
  const lacks = (head: keyof typeof heads): boolean => fresh.some((name) => name.startsWith(heads[head]));
  return [
    ...(lacks("words")
      ? [
          `The model's file has no head for masked words (${bare(heads.words)}). The head is new and trained along, so the ` +
            "perplexity begins near the size of the vocabulary; most of the fall is the head learning how common each word is.",
        ]
      : []),
    ...(lacks("next")
      ? [`It has no head for the next sentence (${bare(heads.next)}) either: that one is new as well.`]
      : []),
  ];
}

/** Trains to the end, or until a person stops, which is no error. Errors: not-finite, device-lost, device-error. */
export async function trainUntilStopped(
  session: PretrainingSession,
  control: Control & { readonly stopped: boolean },
): Promise<void> {
  try {
    await session.train(control);
  } catch (error) {
    if (!control.stopped || !(error instanceof AppError && error.code === "stopped")) throw error;
  }
}
