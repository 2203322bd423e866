import { drawUniform } from "../../core/rng.ts";
import type { EncodedCorpus } from "./encoded-corpus.ts";

/** Share of a sequence's tokens that is to be guessed; what becomes of them. Source: Devlin et al. 2019, section 3.1. */
const chosenShare = 0.15;
const maskedShare = 0.8;
const randomShare = 0.1;

const label = "pretraining mask";

/** Tokens to guess in a sequence of `length` tokens, marks included, where as many are no marks. */
export function chosenCountOf(length: number): number {
  return Math.max(1, Math.round(length * chosenShare));
}

/**
 * Chooses tokens of every sequence and puts [MASK], a random token or the same in their place, in `ids` itself. Marks
 * and unknown words are neither chosen nor drawn.
 *
 * ids [tokens]; offsets [sequences + 1]. Returns places, ascending, and what stood there.
 */
export function chooseTokens(
  { special, vocabularySize }: EncodedCorpus,
  ids: Uint32Array,
  offsets: Uint32Array,
  seed: number,
  step: number,
): { readonly chosen: Uint32Array; readonly originals: Uint32Array } {
  const marks = [...new Set(Object.values(special))].sort((left: number, right: number) => left - right);
  const chosen: number[] = [];
  for (let sequence = 0; sequence + 1 < offsets.length; sequence++) {
    const [begin, end] = [offsets[sequence] ?? 0, offsets[sequence + 1] ?? 0];
    const places: number[] = [];
    for (let place = begin; place < end; place++) if (!marks.includes(ids[place] ?? 0)) places.push(place);
    const count = Math.min(places.length, chosenCountOf(end - begin));
    for (let drawn = 0; drawn < count; drawn++) {
      const draw = drawUniform(seed, label, step, 3 * (begin + drawn));
      const other = drawn + Math.floor(draw * (places.length - drawn));
      const held = places[drawn] ?? 0;
      places[drawn] = places[other] ?? 0;
      places[other] = held;
    }
    chosen.push(...places.slice(0, count).sort((left, right) => left - right));
  }
  const originals = Uint32Array.from(chosen, (place) => ids[place] ?? 0);
  for (const place of chosen) {
    const fate = drawUniform(seed, label, step, 3 * place + 1);
    if (fate < maskedShare) ids[place] = special.mask;
    else if (fate < maskedShare + randomShare) {
      const draw = drawUniform(seed, label, step, 3 * place + 2);
      ids[place] = plainToken(Math.floor(draw * (vocabularySize - marks.length)), marks);
    }
  }
  return { chosen: Uint32Array.from(chosen), originals };
}

/** The n-th token id that is no mark. marks: ascending. */
function plainToken(index: number, marks: readonly number[]): number {
  return marks.reduce((id, mark) => (id >= mark ? id + 1 : id), index);
}
