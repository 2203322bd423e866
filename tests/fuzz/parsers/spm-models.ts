import { readFileSync } from "node:fs";
import * as v from "valibot";
import { fromBase64 } from "../../../src/core/base64.ts";
import { AppError } from "../../../src/core/errors.ts";
import { readSpmModel, type SpmModel } from "../../../src/data/text/spm/spm-model.ts";
import { spmFile, spmMarks, type SpmPiece } from "../../data/text/spm-file.ts";
import type { Chance } from "../chance.ts";
import { mutatedBytes, type Bytes } from "../mutations.ts";

const golden = v.object({ models: v.record(v.string(), v.object({ model: v.string() })) });
const pieces: readonly SpmPiece[] = [...spmMarks, ...["▁the", "▁", "a", "b"].map((text): SpmPiece => [text, -3])];
const words = ["▁", "▁the", "[CLS]", "\u0000"];

const read = (bytes: Bytes): SpmModel => readSpmModel(bytes, (found) => new AppError("bad-tokenizer", found));

/** How many pieces a model has. Errors: bad-tokenizer. */
export const pieceCount = (bytes: Bytes): number => read(bytes).pieces.length;

let seeds: { readonly models: readonly Bytes[]; readonly maps: readonly Bytes[] } | null = null;

/** A model that SentencePiece trained, or one made by hand, with changes anywhere, or in its map of characters alone. */
export function mutatedSpm(chance: Chance): Bytes {
  seeds ??= readSeeds();
  if (chance.hit(0.4)) return spmFile(pieces, { charsmap: mutatedBytes(chance, seeds.maps) });
  return mutatedBytes(chance, chance.hit(0.3) ? [spmFile(pieces)] : seeds.models, words);
}

function readSeeds(): NonNullable<typeof seeds> {
  const { models: written } = v.parse(golden, JSON.parse(readFileSync("tests/golden/spm.json", "utf8")));
  const models = Object.values(written).flatMap(({ model }) => fromBase64(model) ?? []);
  return { models, maps: models.map((model) => Uint8Array.from(read(model).charsmap)) };
}
