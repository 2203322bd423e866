import type { ModelPreset } from "../../contract/catalog.ts";
import { AppError } from "../../core/errors.ts";
import { countBody } from "../model.ts";
import type { Family, Model } from "../model.ts";
import { bart } from "./bart/bart.ts";
import { bert } from "./bert/bert.ts";
import { debertas } from "./deberta/deberta.ts";
import { distilBert } from "./distilbert/distilbert.ts";
import { electra } from "./electra/electra.ts";
import { robertas } from "./roberta/roberta.ts";

/** Every model family that can be trained; the first is what a config.json without a model_type is of. */
export const families: readonly [Family, ...Family[]] = [bert, distilBert, electra, ...robertas, ...debertas, bart];

/** The models of the Hub that are offered by name, smallest first. */
export function modelPresets(): readonly ModelPreset[] {
  const presets = families.flatMap((family) =>
    family.presets.map((preset) => ({ ...preset, parameterCount: countBody(family.open(preset.config)) })),
  );
  return presets.sort((left, right) => left.parameterCount - right.parameterCount);
}

/** The model of a config.json. Errors: bad-config, naming the field. */
export function modelOf(configJson: unknown): Model {
  const [usual] = families;
  const type =
    typeof configJson === "object" && configJson !== null && "model_type" in configJson
      ? configJson.model_type
      : usual.id;
  const family = families.find(({ id }) => id === type);
  if (family !== undefined) return family.open(configJson);
  const known = families.map(({ id }) => `"${id}"`).join(", ");
  throw new AppError("bad-config", `config.json: model_type is ${JSON.stringify(type)}; this program trains ${known}.`);
}
