import { at, emptyReference, put, type Reference } from "./array.ts";
import { dropout } from "./dropout.ts";
import { layernorm, type LayernormParams } from "./layernorm.ts";

/** Tables [entries, cols]; ids, positions and types [tokens]. */
export interface EmbeddingsInput {
  readonly word: Float64Array;
  readonly position: Float64Array;
  readonly type: Float64Array;
  readonly ids: ArrayLike<number>;
  readonly positions: ArrayLike<number>;
  readonly types: ArrayLike<number>;
  readonly norm: LayernormParams;
  /** [tokens, cols] of 0 or 1; null for no dropout. */
  readonly mask: ArrayLike<number> | null;
  readonly keepShare: number;
}

/** dropout(layernorm(word[id] + position[place] + type[type])): [tokens, cols]. `sum` is what is normalised. */
export function embeddings(input: EmbeddingsInput): Reference & { readonly sum: Reference } {
  const cols = input.norm.gamma.length;
  const sum = emptyReference(input.ids.length * cols);
  for (let token = 0; token < input.ids.length; token++) {
    for (let col = 0; col < cols; col++) {
      const word = at(input.word, at(input.ids, token) * cols + col);
      const position = at(input.position, at(input.positions, token) * cols + col);
      const type = at(input.type, at(input.types, token) * cols + col);
      put(sum, token * cols + col, word + position + type, Math.abs(word) + Math.abs(position) + Math.abs(type));
    }
  }
  return { ...dropout(layernorm(sum.value, input.norm, sum.magnitude), input.mask, input.keepShare), sum };
}
