import * as v from "valibot";
import { adaptation } from "../pretraining.ts";
import { count, list, text } from "./schema.ts";

/** See HubSource. */
export const hubSource = v.object({ kind: v.literal("hub"), id: text, revision: text, commit: text });

/** See ModelSource. */
export const modelSource = v.variant("kind", [
  v.object({ kind: v.literal("bundled"), id: text }),
  hubSource,
  v.object({ kind: v.literal("file") }),
]);

/** See ModelRecord. */
export const model = v.object({
  name: text,
  // Results of earlier versions, which knew nothing but files, do not say it.
  source: v.optional(modelSource, { kind: "file" }),
  family: text,
  parameterCount: count,
  hiddenSize: count,
  layerCount: count,
  headCount: count,
  vocabularySize: count,
  maxPositions: count,
  lowercase: v.boolean(),
  /** Tensors of the file that the model does not use (pre-training heads). */
  skippedTensors: list(text, 10_000),
  /** How its files were read, in a few words each; [] in results of earlier versions. */
  reading: v.optional(list(text, 100), []),
  /** Sentences on what was assumed when it was read; [] when there is nothing to say. */
  notes: v.optional(list(text, 100), []),
  // Results of earlier versions do not have it.
  /** Further pre-training on a person's text, oldest first; [] for a model as its files have it. */
  adaptations: v.optional(list(adaptation, 1000), []),
});
