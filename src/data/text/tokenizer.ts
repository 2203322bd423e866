import type { Tokenizer as TokenizerLibrary } from "@huggingface/tokenizers";
import { AppError, messageOf } from "../../core/errors.ts";
import { readDefinition, type OlderFiles, type TokenizerDefinition, type TokenizerFolder } from "./tokenizer-files.ts";
import { longestFirst } from "./truncation.ts";

/** One text or pair as the model takes it; nothing is padded. */
interface Encoding {
  /** Token ids with [CLS] and [SEP], at most maxLength. */
  readonly ids: Uint32Array;
  /** Per token 0 for the first text and its marks, 1 for the second. */
  readonly types: Uint8Array;
  /** True where a text was cut. */
  readonly truncated: boolean;
}

/** Makes token ids of text. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /** Whether text is lower-cased; guessed from the vocabulary where no file says it. */
  readonly lowercase: boolean;
  /** What stands for a word that the vocabulary cannot spell; null where there is none. */
  readonly unknownId: number | null;
  /** Sentences on what was assumed when its files were read. */
  readonly notes: readonly string[];
  /** Pairs are cut longest first. Errors: bad-settings where maxLength leaves no room for a token of each text. */
  encode(first: string, second: string | null, maxLength: number): Encoding;
}

/** What a model asks of its tokenizer. */
export interface TokenizerNeeds {
  readonly vocabularySize: number;
  /** Token types that the model tells apart; below two, every token is of type 0. */
  readonly typeCount: number;
  /** How the tokenizer is made where a folder has no tokenizer.json; null: it is not. */
  readonly older: OlderFiles | null;
}

/** A vocabulary of less than this share of the model's rows is another model's, */
const leastShare = 0.9;
/** but where rows were added up to a multiple of eight: of 128 at most. */
const mostPadding = 128;

/**
 * Loads the tokenizer of a model folder: tokenizer.json, or the family's older files, with tokenizer_config.json where
 * there is one. Truncation and padding that tokenizer.json carries are ignored.
 *
 * Errors: bad-tokenizer for files that cannot be used, or a vocabulary that is longer than the model's, or much shorter.
 */
export async function loadTokenizer(
  folder: TokenizerFolder,
  { vocabularySize, typeCount, older }: TokenizerNeeds,
): Promise<Tokenizer> {
  const definition = await readDefinition(folder, older);
  const found =
    `The vocabulary of ${folder.name} has ${definition.vocabularySize} tokens, the model's config.json says ` +
    vocabularySize;
  const difference = definition.vocabularySize > vocabularySize ? "longer" : "much shorter";
  const spare = vocabularySize - definition.vocabularySize;
  const padding = spare <= (1 - leastShare) * vocabularySize || (vocabularySize % 8 === 0 && spare < mostPadding);
  if (difference === "longer" || !padding) {
    const advice = "Use the tokenizer files that came with the model.";
    throw new AppError("bad-tokenizer", `${found}: it is ${difference}. ${advice}`);
  }
  const notes = [
    ...(definition.vocabularySize < vocabularySize ? [`${found}: the rest is padding, which no text uses.`] : []),
    ...definition.notes,
  ];
  const { Tokenizer: Library, PrecompiledNormalizer } = await import("@huggingface/tokenizers");
  try {
    const library = new Library(definition.definition, libraryConfig(definition.config));
    const { normalize } = definition;
    if (normalize !== undefined) {
      library.normalizer = new (class extends PrecompiledNormalizer {
        override normalize(text: string): string {
          return normalize(text);
        }
      })({ type: "Precompiled", precompiled_charsmap: "" });
    }
    const encode = encoderOf(library, definition, typeCount > 1);
    const probe = encode("a", "b", 512);
    if (probe.ids.some((id) => id >= vocabularySize)) throw new Error("an id lies beyond the vocabulary");
    if (encode("", null, 512).ids.length === 0) throw new Error("it adds no [CLS] and [SEP]");
    const unknownId = library.token_to_id(definition.unknownToken) ?? null;
    return { vocabularySize, lowercase: definition.lowercase, unknownId, notes, encode };
  } catch (cause) {
    throw new AppError(
      "bad-tokenizer",
      `The tokenizer of ${folder.name} cannot be used: ${messageOf(cause)}. Use the tokenizer files that came with the model.`,
      { cause },
    );
  }
}

/** What the library takes from tokenizer_config.json for making tokens of text. */
function libraryConfig(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { remove_space: spaces, do_lowercase_and_remove_accent: lower, eos_token: end } = config;
  return {
    remove_space: spaces === true,
    do_lowercase_and_remove_accent: lower === true,
    ...(typeof end === "string" ? { eos_token: end } : {}),
  };
}

function encoderOf(
  library: TokenizerLibrary,
  { unknownToken, spell = null }: TokenizerDefinition,
  typed: boolean,
): Tokenizer["encode"] {
  const cut = (text: string): string[] => {
    const tokens = library.tokenize(text);
    return spell === null
      ? tokens
      : tokens.flatMap((token) => (library.token_to_id(token) === undefined ? spell(token) : token));
  };
  const unknown = library.token_to_id(unknownToken);
  const finish = (first: string[], second: string[] | null): { tokens: string[]; types: readonly number[] } => {
    if (library.post_processor === null) return { tokens: [...first, ...(second ?? [])], types: [] };
    const { tokens, token_type_ids: types } = library.post_processor.post_process(first, second, true);
    return { tokens, types: typed ? (types ?? []) : [] };
  };
  const singleMarks = finish([], null).tokens.length;
  const pairMarks = finish([], []).tokens.length;
  const idOf = (token: string): number => {
    const id = library.token_to_id(token) ?? unknown;
    if (id === undefined)
      throw new AppError("bad-tokenizer", `The vocabulary has neither ${token} nor ${unknownToken}.`);
    return id;
  };
  return (first, second, maxLength) => {
    const a = cut(first);
    const b = second === null ? null : cut(second);
    const room = maxLength - (b === null ? singleMarks : pairMarks);
    if (room < (b === null ? 1 : 2)) {
      const least = maxLength - room + (b === null ? 1 : 2);
      throw new AppError("bad-settings", `The maximum length is ${maxLength}; at least ${least} tokens are needed.`);
    }
    const [keptA, keptB] = b === null ? [Math.min(a.length, room), 0] : longestFirst(a.length, b.length, room);
    const { tokens, types } = finish(a.slice(0, keptA), b === null ? null : b.slice(0, keptB));
    return {
      ids: Uint32Array.from(tokens, idOf),
      types: Uint8Array.from(tokens, (_, index) => types[index] ?? 0),
      truncated: keptA + keptB < a.length + (b?.length ?? 0),
    };
  };
}
