import type { JsonObject } from "../../core/json.ts";
import { addedTokens, namedToken } from "./added-tokens.ts";
import { readVocabulary, refusal, type OlderFiles, type TokenizerDefinition } from "./tokenizer-files.ts";
import type { TokenizerFolder } from "./tokenizer-files.ts";

/** RoBERTa's vocab.json and merges.txt: pairs of bytes, and of what was made of them, in the order in which they merge. */
export const robertaByteLevel: OlderFiles = {
  names: ["vocab.json", "merges.txt"],
  classes: /^(Roberta|Bart|GPT2|Longformer)Tokenizer(Fast|Legacy)?$/,
  usualClass: "RobertaTokenizer",
  whose: "RoBERTa's",
  read: (folder, config) =>
    byteLevelDefinition(folder, config, {
      begin: "<s>",
      end: "</s>",
      pad: "<pad>",
      unknown: "<unk>",
      mask: "<mask>",
      between: 2,
      secondType: 0,
    }),
};

/** The same files of the first DeBERTa, with BERT's marks. */
export const debertaByteLevel: OlderFiles = {
  names: ["vocab.json", "merges.txt"],
  classes: /^DebertaTokenizer(Fast|Legacy)?$/,
  usualClass: "DebertaTokenizer",
  whose: "DeBERTa's",
  read: (folder, config) =>
    byteLevelDefinition(folder, config, {
      begin: "[CLS]",
      end: "[SEP]",
      pad: "[PAD]",
      unknown: "[UNK]",
      mask: "[MASK]",
      between: 1,
      secondType: 1,
    }),
};

/** What a family puts around texts, where tokenizer_config.json names no others. */
interface Marks {
  readonly begin: string;
  readonly end: string;
  readonly pad: string;
  readonly unknown: string;
  readonly mask: string;
  /** How many ends stand between two texts. */
  readonly between: 1 | 2;
  /** The token type of the second text. */
  readonly secondType: 0 | 1;
}

/** Makes the tokenizer.json that Hugging Face makes of a byte-level BPE. Source: Radford et al. 2019, section 2.2. */
async function byteLevelDefinition(
  folder: TokenizerFolder,
  config: JsonObject,
  marks: Marks,
): Promise<TokenizerDefinition> {
  const file = `${folder.name}/vocab.json`;
  const vocabulary = await readVocabulary(folder, "vocab.json");
  const merges = mergesIn(await folder.text("merges.txt"), `${folder.name}/merges.txt`, vocabulary);
  const tokens: string[] = [];
  for (const [token, id] of vocabulary) tokens[id] = token;
  // Numbers that no token has.
  const lines = Array.from(tokens, (token) => token ?? "");
  const added = await addedTokens(folder, config, lines);
  for (const [index, token] of added.behind.entries()) vocabulary.set(token, lines.length + index);
  const needed = (key: string, usual: string): string => {
    const token = namedToken(config, key, usual);
    if (vocabulary.has(token)) return token;
    throw refusal(file, `lacks the token ${token} among its ${vocabulary.size}`);
  };
  const [begin, end] = [needed("cls_token", marks.begin), needed("sep_token", marks.end)];
  const mask = namedToken(config, "mask_token", marks.mask);
  const pad = namedToken(config, "pad_token", marks.pad);
  const unknown = namedToken(config, "unk_token", marks.unknown);
  const special = [begin, end, pad, unknown, mask, ...added.whole];
  const mark = (id: string, type = 0) => ({ SpecialToken: { id, type_id: type } });
  const text = (id: "A" | "B", type = 0) => ({ Sequence: { id, type_id: type } });
  const second = [text("B", marks.secondType), mark(end, marks.secondType)];
  const ids = (token: string) => ({ id: token, ids: [vocabulary.get(token)], tokens: [token] });
  return {
    definition: {
      added_tokens: [...new Set(special)]
        .filter((content) => vocabulary.has(content))
        .map((content) => ({
          id: vocabulary.get(content),
          content,
          special: true,
          normalized: false,
          // The space before it is its own.
          lstrip: content === mask,
        })),
      normalizer: null,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: config["add_prefix_space"] === true, use_regex: true },
      post_processor: {
        type: "TemplateProcessing",
        single: [mark(begin), text("A"), mark(end)],
        pair: [mark(begin), text("A"), mark(end), ...(marks.between === 2 ? [mark(end)] : []), ...second],
        special_tokens: { [begin]: ids(begin), [end]: ids(end) },
      },
      decoder: null,
      model: { type: "BPE", unk_token: null, vocab: Object.fromEntries(vocabulary), merges },
    },
    config,
    vocabularySize: lines.length + added.behind.length,
    lowercase: false,
    unknownToken: unknown,
    notes: [],
  };
}

/**
 * The pairs of a merges.txt, first first. Tokens may begin with "#": only the line with its version is none. What they make
 * has a number, as Hugging Face wants it: else the files are of two models, and words would become unknown ones.
 */
function mergesIn(
  text: string,
  file: string,
  vocabulary: ReadonlyMap<string, number>,
): readonly (readonly [string, string])[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const pairs: [string, string][] = [];
  for (const [index, line] of lines.entries()) {
    if (line === "" || (index === 0 && line.startsWith("#version"))) continue;
    const [left, right, ...more] = line.split(" ");
    if (!left || !right || more.length > 0) {
      throw refusal(file, `has ${JSON.stringify(line.slice(0, 40))} in line ${index + 1}, and not two tokens`);
    }
    if (!vocabulary.has(left + right)) {
      throw refusal(file, `makes ${JSON.stringify(left + right)} in line ${index + 1}, which vocab.json lacks`);
    }
    pairs.push([left, right]);
  }
  if (pairs.length === 0) throw refusal(file, "has no pair of tokens");
  return pairs;
}
