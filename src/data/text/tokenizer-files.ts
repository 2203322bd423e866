import { isObject, parsedJson, type JsonObject } from "../../core/json.ts";
import { AppError } from "../../core/errors.ts";

/** Where the tokenizer's files lie: a model folder, as far as it is needed here. */
export interface TokenizerFolder {
  readonly name: string;
  has(name: string): boolean;
  text(name: string): Promise<string>;
}

/** What the tokenizers library is made from. */
export interface TokenizerDefinition {
  /** In the form of tokenizer.json. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** In the form of tokenizer_config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Highest token id + 1. */
  readonly vocabularySize: number;
  /** Whether text is lower-cased; guessed from the vocabulary where no file says it. */
  readonly lowercase: boolean;
  readonly unknownToken: string;
  /** Sentences on what was assumed. */
  readonly notes: readonly string[];
}

/** Makes a definition of the files that a family had before there was a tokenizer.json. Errors: bad-tokenizer. */
export type OlderFiles = (folder: TokenizerFolder, config: JsonObject) => Promise<TokenizerDefinition>;

/** tokenizer.json where there is one, else the family's older files. Errors: bad-tokenizer, naming the file. */
export async function readDefinition(folder: TokenizerFolder, older: OlderFiles): Promise<TokenizerDefinition> {
  const optional = async (file: string) => (folder.has(file) ? await readObject(folder, file) : {});
  // What both say, tokenizer_config.json decides, as with Hugging Face.
  const config = { ...(await optional("special_tokens_map.json")), ...(await optional("tokenizer_config.json")) };
  checkClass(config, folder.name, folder.has("tokenizer.json"));
  return folder.has("tokenizer.json")
    ? fromTokenizerJson(await readObject(folder, "tokenizer.json"), config, folder.name)
    : await older(folder, config);
}

/** Hugging Face's classes that cut text as BERT's does, from the same vocab.txt. */
const wordPieceClass =
  /^(Bert|DistilBert|Electra|MobileBert|Funnel|ConvBert|SqueezeBert|LayoutLM|MPNet|Nezha|PreTrained)Tokenizer(Fast|Legacy)?$|^TokenizersBackend$/;

/** Refuses tokenizers that cut text by a program of their own before their vocabulary is looked at. */
function checkClass(config: JsonObject, name: string, written: boolean): void {
  const { tokenizer_class: kind, word_tokenizer_type: words } = config;
  const file = `${name}/tokenizer_config.json`;
  const japanese = typeof kind === "string" && /Japanese|Jumanpp|Mecab|Sudachi/i.test(kind);
  const cut = typeof words === "string" && words !== "basic";
  if (!japanese && !cut) {
    if (written || typeof kind !== "string" || wordPieceClass.test(kind)) return;
    throw new AppError(
      "bad-tokenizer",
      `${file} asks for ${JSON.stringify(kind)}, which may cut text otherwise than BERT's; from vocab.txt only BERT's is made. ` +
        'Add its tokenizer.json, or if it is BERT\'s, set tokenizer_class to "BertTokenizer".',
    );
  }
  const by = cut ? ` (word_tokenizer_type ${JSON.stringify(words)})` : "";
  throw refusal(
    file,
    `asks for ${JSON.stringify(kind ?? "a tokenizer")}${by}, which cuts Japanese by a dictionary that is not here`,
  );
}

/** Whitespace's \\w is of every script with Hugging Face, and of Latin letters in the library that is used here. */
function checkPreTokenizer(found: unknown, file: string): void {
  const inner = isObject(found) && Array.isArray(found["pretokenizers"]) ? found["pretokenizers"] : [found];
  if (!inner.some((one) => isObject(one) && one["type"] === "Whitespace")) return;
  throw refusal(file, 'has the pre_tokenizer "Whitespace", which would cut letters beyond ASCII otherwise here');
}

/** The error for a file of a tokenizer. */
export function refusal(file: string, found: string, cause?: unknown): AppError {
  return new AppError("bad-tokenizer", `${file} ${found}. Use the tokenizer files that came with the model.`, {
    cause,
  });
}

async function readObject(folder: TokenizerFolder, file: string): Promise<JsonObject> {
  const refused = (cause: unknown): AppError => refusal(`${folder.name}/${file}`, "is not JSON", cause);
  const value = parsedJson(await folder.text(file), refused);
  if (!isObject(value)) throw refusal(`${folder.name}/${file}`, "is not a JSON object");
  return value;
}

function fromTokenizerJson(json: JsonObject, config: JsonObject, name: string): TokenizerDefinition {
  const file = `${name}/tokenizer.json`;
  const { model, normalizer, added_tokens: added = [] } = json;
  if (!isObject(model)) throw refusal(file, "has no model");
  const kind = model["type"];
  // The library would guess at a type it does not know.
  if (kind !== "WordPiece" && kind !== "BPE" && kind !== "Unigram") {
    throw refusal(file, `has a model of type ${JSON.stringify(kind)} and not WordPiece, BPE or Unigram`);
  }
  checkPreTokenizer(json["pre_tokenizer"], file);
  const ids = [...vocabularyIds(model["vocab"], file), ...addedIds(added, file)];
  const settled = settledNormalizer(normalizer, config);
  return {
    definition: {
      pre_tokenizer: null,
      post_processor: null,
      decoder: null,
      ...json,
      model: { unk_token: "[UNK]", continuing_subword_prefix: "##", ...model },
      normalizer: settled,
      added_tokens: added,
    },
    config,
    vocabularySize: ids.reduce((highest, id) => Math.max(highest, id), -1) + 1,
    lowercase: lowers(settled),
    unknownToken: typeof model["unk_token"] === "string" ? model["unk_token"] : "[UNK]",
    notes: [],
  };
}

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

/** Ids of a vocabulary: token to id (WordPiece, BPE), or [token, score] rows numbered in order (Unigram). */
function vocabularyIds(vocabulary: unknown, file: string): readonly number[] {
  if (Array.isArray(vocabulary)) return [...vocabulary.keys()];
  if (!isObject(vocabulary)) throw refusal(file, "has no vocabulary");
  return Object.entries(vocabulary).map(([token, id]) => {
    if (!isId(id)) throw refusal(file, `gives the token ${JSON.stringify(token)} no whole number as id`);
    return id;
  });
}

function addedIds(added: unknown, file: string): readonly number[] {
  if (!Array.isArray(added)) throw refusal(file, "has added_tokens that are not a list");
  return added.map((token: unknown) => {
    if (!isObject(token) || typeof token["content"] !== "string" || !isId(token["id"])) {
      throw refusal(file, "has an added token without content and id");
    }
    return token["id"];
  });
}

/** tokenizer_config.json overrules a BertNormalizer, as Hugging Face's BertTokenizerFast has it. */
function settledNormalizer(normalizer: unknown, config: JsonObject): unknown {
  if (!isObject(normalizer) || normalizer["type"] !== "BertNormalizer") return normalizer ?? null;
  const { do_lower_case: lowercase, strip_accents: stripAccents, tokenize_chinese_chars: chinese } = config;
  return {
    ...normalizer,
    ...(typeof lowercase === "boolean" ? { lowercase } : {}),
    ...(typeof stripAccents === "boolean" ? { strip_accents: stripAccents } : {}),
    ...(typeof chinese === "boolean" ? { handle_chinese_chars: chinese } : {}),
  };
}

function lowers(normalizer: unknown): boolean {
  if (!isObject(normalizer)) return false;
  const { type, lowercase, normalizers } = normalizer;
  if (type === "Lowercase") return true;
  if (type === "Sequence") return Array.isArray(normalizers) && normalizers.some(lowers);
  return type === "BertNormalizer" && lowercase === true;
}
