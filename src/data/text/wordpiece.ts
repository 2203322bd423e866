import type { JsonObject } from "../../core/json.ts";
import { addedTokens, namedToken } from "./added-tokens.ts";
import { refusal, type OlderFiles, type TokenizerDefinition, type TokenizerFolder } from "./tokenizer-files.ts";

/** BERT's vocab.txt. */
export const wordPiece: OlderFiles = {
  names: ["vocab.txt"],
  classes:
    /^(Bert|DistilBert|Electra|MobileBert|Funnel|ConvBert|SqueezeBert|LayoutLM|MPNet|Nezha)Tokenizer(Fast|Legacy)?$/,
  usualClass: "BertTokenizer",
  whose: "BERT's",
  read: wordPieceDefinition,
};

/** Makes the tokenizer.json that Hugging Face makes of BERT's vocab.txt: one token a line, its id the line from 0. */
async function wordPieceDefinition(folder: TokenizerFolder, config: JsonObject): Promise<TokenizerDefinition> {
  const { name } = folder;
  if (config["do_basic_tokenize"] === false) {
    const found = "has do_basic_tokenize false: its words are cut by another program before, which is not here";
    throw refusal(`${name}/tokenizer_config.json`, found);
  }
  const text = await folder.text("vocab.txt");
  const tokens = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/);
  // A blank line at the end is no token; one inside is a number that no token has.
  while (tokens.at(-1)?.trim() === "") tokens.pop();
  const lines = tokens.length;
  const added = await addedTokens(folder, config, tokens);
  checkPieces(tokens, `${name}/vocab.txt`);
  tokens.push(...added.behind);
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const special = (key: string, usual: string): readonly [string, number] => {
    const token = namedToken(config, key, usual);
    const id = ids.get(token);
    if (id !== undefined) return [token, id];
    const near = tokens.find((line) => line.startsWith(token));
    const wanted = near === undefined ? "" : `: wanted is a token alone in a line, and one is ${JSON.stringify(near)}`;
    throw refusal(`${name}/vocab.txt`, `lacks the token ${token} among its ${tokens.length}${wanted}`);
  };
  const [unknown, classify, separate] = [
    special("unk_token", "[UNK]"),
    special("cls_token", "[CLS]"),
    special("sep_token", "[SEP]"),
  ];
  const whole = ["[PAD]", "[MASK]", ...added.whole];
  const others = [...ids].filter(([token]) => whole.includes(token));
  const said = config["do_lower_case"];
  const lowercase = typeof said === "boolean" ? said : !tokens.some(looksCased);
  return {
    definition: {
      added_tokens: [unknown, classify, separate, ...others].map(([content, id]) => ({
        id,
        content,
        special: true,
        normalized: false,
      })),
      normalizer: {
        type: "BertNormalizer",
        clean_text: true,
        handle_chinese_chars: config["tokenize_chinese_chars"] !== false,
        // null: accents go where the text is lower-cased.
        strip_accents: typeof config["strip_accents"] === "boolean" ? config["strip_accents"] : null,
        lowercase,
      },
      pre_tokenizer: { type: "BertPreTokenizer" },
      post_processor: { type: "BertProcessing", cls: classify, sep: separate },
      decoder: null,
      model: {
        type: "WordPiece",
        unk_token: unknown[0],
        continuing_subword_prefix: "##",
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(ids),
      },
    },
    config,
    vocabularySize: tokens.length,
    lowercase,
    unknownToken: unknown[0],
    notes: [...linesNote(tokens.slice(0, lines)), ...(typeof said !== "boolean" && !lowercase ? [casedNote] : [])],
  };
}

const casedNote =
  "No file says whether case is kept: it is, as the vocabulary has capital letters (do_lower_case in tokenizer_config.json).";

/** How pieces of words look in vocabularies of other kinds. */
const otherPieces: readonly (readonly [piece: RegExp, what: string])[] = [
  [/^▁./, 'SentencePiece, whose words begin with "▁"'],
  [/^Ġ./, 'byte-level BPE, whose words begin with "Ġ"'],
  [/.@@$/, 'BPE, whose pieces end with "@@"'],
  [/.<\/w>$/, 'BPE, whose words end with "</w>"'],
];
/** Of other pieces than WordPiece's, from this share of a vocabulary on. */
const otherShare = 0.05;

/** Errors: bad-tokenizer for a vocabulary of another kind under the name of WordPiece's. */
function checkPieces(tokens: readonly string[], file: string): void {
  if (tokens.some((token) => /^##./.test(token))) return;
  for (const [piece, what] of otherPieces) {
    const count = tokens.filter((token) => piece.test(token)).length;
    if (count > otherShare * tokens.length) throw refusal(file, `is a vocabulary of ${what}, and not of WordPiece`);
  }
}

/** Says which line counts where a token stands in two. */
function linesNote(tokens: readonly string[]): readonly string[] {
  const last = new Map(tokens.map((token, id) => [token, id]));
  const doubled = tokens.flatMap((token, id) => (token.trim() !== "" && last.get(token) !== id ? [token] : []));
  if (doubled.length === 0) return [];
  const shown = [...new Set(doubled)].slice(0, 3).join(", ");
  return [
    `vocab.txt has ${doubled.length} tokens in two lines (${shown}): the later line counts, as with Hugging Face.`,
  ];
}

/** A capital letter outside a special token such as [CLS] or [unused12]. */
function looksCased(token: string): boolean {
  return /[A-Z]/.test(token) && !/^\[.*\]$/.test(token);
}
