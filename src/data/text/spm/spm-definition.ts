import { readBytes } from "../../../core/bytes.ts";
import type { JsonObject } from "../../../core/json.ts";
import { addedTokens, namedToken } from "../added-tokens.ts";
import { Charsmap } from "../charsmap.ts";
import { pieceNormalizer } from "./piece-normalizer.ts";
import { pieceTypes, readSpmModel, type Piece, type SpmModel } from "./spm-model.ts";
import { refusal, type TokenizerDefinition, type TokenizerFolder } from "../tokenizer-files.ts";

const file = "spm.model";
/** As many as are fetched of the Hub. */
const mostBytes = 64 * 2 ** 20;
/** What stands for a space in a piece. */
const space = "▁";
const modelTypes: readonly string[] = ["none", "unigram", "BPE", "word", "char"];

/**
 * Makes the tokenizer.json of a SentencePiece model of unigrams. Its text is normalised here, as SentencePiece does it, and
 * its marks are never found in a text.
 */
export async function spmDefinition(folder: TokenizerFolder, config: JsonObject): Promise<TokenizerDefinition> {
  const name = `${folder.name}/${file}`;
  const blob = await folder.blob(file);
  if (blob.size > mostBytes) throw refusal(name, `has ${blob.size} bytes; at most ${mostBytes} are read`);
  const bytes = new Uint8Array(await readBytes(blob, 0, blob.size, name, "bad-tokenizer"));
  const model = readSpmModel(bytes, (found, cause) => refusal(name, found, cause));
  checkModel(model, name);
  if (config["split_by_punct"] === true) {
    const found = "has split_by_punct true: its words are cut by another program before, which is not here";
    throw refusal(`${folder.name}/tokenizer_config.json`, found);
  }
  const charsmap = model.charsmap.length === 0 ? null : Charsmap.read(model.charsmap);
  if (charsmap === null && model.charsmap.length > 0) throw refusal(name, "has a precompiled_charsmap that is none");
  const { pieces } = model;
  const unknownId = pieces.findIndex(({ type }) => type === pieceTypes.unknown);
  const tokens = pieces.map(({ text }) => text);
  const mask = namedToken(config, "mask_token", "[MASK]");
  // The number of the mask is that of the pieces.
  if (!tokens.includes(mask)) tokens.push(mask);
  const { behind } = await addedTokens(folder, config, tokens);
  const rows = rowsOf(pieces);
  const mark = (key: string, usual: string) => {
    const id = pieces.findIndex(({ text }) => text === namedToken(config, key, usual));
    const [token] = rows[id] ?? [];
    if (token !== undefined) return { id: token, ids: [id], tokens: [token] };
    throw refusal(name, `lacks the token ${namedToken(config, key, usual)} among its ${pieces.length}`);
  };
  const [begin, end] = [mark("cls_token", "[CLS]"), mark("sep_token", "[SEP]")];
  const special = ({ id }: { readonly id: string }, type: number) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: "A" | "B", type: number) => ({ Sequence: { id, type_id: type } });
  const lowercase = config["do_lower_case"] === true;
  const normalize = pieceNormalizer(model, charsmap);
  return {
    definition: {
      added_tokens: behind.map((content, index) => ({
        id: tokens.length + index,
        content,
        special: true,
        normalized: false,
      })),
      normalizer: null,
      pre_tokenizer: splits(pieces)
        ? { type: "Split", pattern: { Regex: `${space}+[^${space}]*` }, behavior: "Isolated", invert: false }
        : null,
      post_processor: {
        type: "TemplateProcessing",
        single: [special(begin, 0), text("A", 0), special(end, 0)],
        pair: [special(begin, 0), text("A", 0), special(end, 0), text("B", 1), special(end, 1)],
        special_tokens: { [begin.id]: begin, [end.id]: end },
      },
      decoder: null,
      model: { type: "Unigram", unk_id: unknownId, vocab: rows },
    },
    config,
    vocabularySize: tokens.length + behind.length,
    lowercase,
    unknownToken: rows[unknownId]?.[0] ?? "",
    notes: [],
    normalize: lowercase ? (raw) => normalize(raw.toLowerCase()) : normalize,
    spell: model.byteFallback ? bytePieces : null,
  };
}

function checkModel(model: SpmModel, name: string): void {
  const { pieces, modelType, spaceBehind, escapesSpaces, byteFallback } = model;
  if (modelType !== 1) {
    const shown = `${modelType}${modelTypes[modelType] === undefined ? "" : ` (${modelTypes[modelType]})`}`;
    throw refusal(name, `has model_type ${shown}, and only 1 (unigram) is made`);
  }
  if (spaceBehind) throw refusal(name, "has treat_whitespace_as_suffix true, and only false is made");
  if (!escapesSpaces) throw refusal(name, "has escape_whitespaces false, and only true is made");
  const counts = new Map<number, number>();
  const taken = new Set<string>();
  for (const { text, type } of pieces) {
    if (!Object.values<number>(pieceTypes).includes(type)) {
      throw refusal(name, `gives the piece ${JSON.stringify(text)} the type ${type}, which is none of 1 to 6`);
    }
    if (taken.has(text)) throw refusal(name, `has the piece ${JSON.stringify(text)} twice`);
    taken.add(text);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  const unknowns = counts.get(pieceTypes.unknown) ?? 0;
  if (unknowns !== 1) throw refusal(name, `has ${unknowns} unknown pieces, and 1 is wanted`);
  if (!counts.has(pieceTypes.normal)) throw refusal(name, "has no normal piece");
  if (byteFallback && counts.get(pieceTypes.byte) !== 256) {
    throw refusal(name, `has byte_fallback true, and ${counts.get(pieceTypes.byte) ?? 0} pieces of bytes, not 256`);
  }
}

/**
 * Pieces with their scores. Those that no text is cut into have a space before their name, which no normalised text has, and
 * the lowest score, from which that of an unknown character is reckoned. Source: SentencePiece's unigram_model.cc.
 */
function rowsOf(pieces: readonly Piece[]): readonly (readonly [token: string, score: number])[] {
  const scores = pieces.filter(({ type }) => type === pieceTypes.normal).map(({ score }) => score);
  const [least, most] = scores.reduce(([low, high], score) => [Math.min(low, score), Math.max(high, score)], [
    Infinity,
    -Infinity,
  ] as const);
  return pieces.map(({ text, score, type }) => {
    if (type === pieceTypes.normal) return [text, score];
    // With a bonus, so that it is taken.
    if (type === pieceTypes.userDefined) return [text, Math.max(least, utf8.encode(text).length * most - 0.1)];
    return [hidden(text), least];
  });
}

/** The name of a piece that no text is cut into. */
function hidden(text: string): string {
  return ` ${text}`;
}

/** Whether words may be cut one by one: no piece goes on behind a space. */
function splits(pieces: readonly Piece[]): boolean {
  const inside = new RegExp(`[^${space}]${space}`, "u");
  return !pieces.some(({ text, type }) => inside.test(text) && type !== pieceTypes.control);
}

const utf8 = new TextEncoder();

/** The pieces of one byte that spell a text. */
function bytePieces(text: string): readonly string[] {
  return Array.from(utf8.encode(text), (byte) => hidden(`<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`));
}
