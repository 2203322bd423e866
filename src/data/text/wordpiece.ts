import { isObject, parsedJson, type JsonObject } from "../../core/json.ts";
import { refusal, type TokenizerDefinition, type TokenizerFolder } from "./tokenizer-files.ts";

/** Makes the tokenizer.json that Hugging Face makes of BERT's vocab.txt: one token a line, its id the line from 0. */
export async function wordPieceDefinition(folder: TokenizerFolder, config: JsonObject): Promise<TokenizerDefinition> {
  const { name } = folder;
  const text = await folder.text("vocab.txt");
  const tokens = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  // A blank line at the end is no token; one inside is a number that no token has.
  while (tokens.at(-1)?.trim() === "") tokens.pop();
  tokens.push(...(await addedTokens(folder, tokens.length)));
  const ids = new Map(tokens.map((token, id) => [token, id]));
  const special = (key: string, usual: string): readonly [string, number] => {
    const given = config[key];
    const content = isObject(given) ? given["content"] : given;
    const token = typeof content === "string" ? content : usual;
    const id = ids.get(token);
    if (id === undefined) throw refusal(`${name}/vocab.txt`, `lacks the token ${token} among its ${tokens.length}`);
    return [token, id];
  };
  const [unknown, classify, separate] = [
    special("unk_token", "[UNK]"),
    special("cls_token", "[CLS]"),
    special("sep_token", "[SEP]"),
  ];
  const others = [...ids].filter(([token]) => token === "[PAD]" || token === "[MASK]");
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
  };
}

const addedFile = "added_tokens.json";

/** Tokens that were added behind the vocabulary, by their number. Errors: bad-tokenizer where a number is left out. */
async function addedTokens(folder: TokenizerFolder, count: number): Promise<readonly string[]> {
  if (!folder.has(addedFile)) return [];
  const file = `${folder.name}/${addedFile}`;
  const read = parsedJson(await folder.text(addedFile), (cause) => refusal(file, "is not JSON", cause));
  const added = isObject(read) ? Object.entries(read) : [];
  const later = added.filter(([, id]) => typeof id === "number" && id >= count);
  const tokens = later.sort((left, right) => Number(left[1]) - Number(right[1]));
  const gap = tokens.findIndex(([, id], at) => id !== count + at);
  if (gap >= 0) throw refusal(file, `gives no token the number ${count + gap}, behind the ${count} of vocab.txt`);
  return tokens.map(([token]) => token);
}

/** A capital letter outside a special token such as [CLS] or [unused12]. */
function looksCased(token: string): boolean {
  return /[A-Z]/.test(token) && !/^\[.*\]$/.test(token);
}
