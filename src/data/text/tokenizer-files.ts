import { isObject, parsedJson, type JsonObject } from "../../core/json.ts";
import { AppError } from "../../core/errors.ts";
import { settledPrecompiled } from "./precompiled.ts";
import { checkComponents, longestToken } from "./tokenizer-components.ts";

/** Where the tokenizer's files lie: a model folder, as far as it is needed here. */
export interface TokenizerFolder {
  readonly name: string;
  has(name: string): boolean;
  text(name: string): Promise<string>;
  blob(name: string): Promise<Blob>;
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
  /** How a text is written before it is cut, where tokenizer.json has no form for it. */
  readonly normalize?: (text: string) => string;
  /** The tokens that a text without one is spelled with; null, or nothing: it is the unknown token. */
  readonly spell?: ((text: string) => readonly string[]) | null;
}

/** The files that a family had before there was a tokenizer.json. */
export interface OlderFiles {
  readonly names: readonly [string, ...string[]];
  /** Hugging Face's classes that cut text alike from these files. */
  readonly classes: RegExp;
  /** The first of them. */
  readonly usualClass: string;
  /** How their way to cut is called, as in "BERT's". */
  readonly whose: string;
  /** Errors: bad-tokenizer. */
  read(folder: TokenizerFolder, config: JsonObject): Promise<TokenizerDefinition>;
}

/**
 * tokenizer.json where there is one, else the family's older files, where those are read. Errors: bad-tokenizer, naming the
 * file.
 */
export async function readDefinition(folder: TokenizerFolder, older: OlderFiles | null): Promise<TokenizerDefinition> {
  const optional = async (file: string) => (folder.has(file) ? await readObject(folder, file) : {});
  // What both say, tokenizer_config.json decides, as with Hugging Face.
  const config = { ...(await optional("special_tokens_map.json")), ...(await optional("tokenizer_config.json")) };
  checkClass(config, folder.name, folder.has("tokenizer.json") ? null : older);
  if (folder.has("tokenizer.json")) {
    return fromTokenizerJson(await readObject(folder, "tokenizer.json"), config, folder.name);
  }
  const missing = older?.names.filter((name) => !folder.has(name)) ?? ["tokenizer.json"];
  if (older !== null && missing.length === 0) return await older.read(folder, config);
  throw new AppError(
    "bad-tokenizer",
    `${folder.name} has no ${missing.join(" and no ")}, which the tokenizer of its family is made of. ` +
      "Add what came with the model, or its tokenizer.json.",
  );
}

/** Hugging Face's classes that say nothing of how text is cut. */
const anyClass = /^PreTrainedTokenizer(Fast|Legacy)?$|^TokenizersBackend$/;

/** Refuses tokenizers that cut text by a program of their own before their vocabulary is looked at. */
function checkClass(config: JsonObject, name: string, older: OlderFiles | null): void {
  const { tokenizer_class: kind, word_tokenizer_type: words } = config;
  const file = `${name}/tokenizer_config.json`;
  const japanese = typeof kind === "string" && /Japanese|Jumanpp|Mecab|Sudachi/i.test(kind);
  const cut = typeof words === "string" && words !== "basic";
  if (!japanese && !cut) {
    if (older === null || typeof kind !== "string" || older.classes.test(kind) || anyClass.test(kind)) return;
    const { names, whose, usualClass } = older;
    throw new AppError(
      "bad-tokenizer",
      `${file} asks for ${JSON.stringify(kind)}, which may cut text otherwise than ${whose}; from ${names.join(" and ")} ` +
        `only ${whose} is made. Add its tokenizer.json, or if it is ${whose}, set tokenizer_class to "${usualClass}".`,
    );
  }
  const by = cut ? ` (word_tokenizer_type ${JSON.stringify(words)})` : "";
  throw refusal(
    file,
    `asks for ${JSON.stringify(kind ?? "a tokenizer")}${by}, which cuts Japanese by a dictionary that is not here`,
  );
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
  checkComponents(json, (found) => refusal(file, found));
  checkModel(model, file);
  const ids = [...vocabularyIds(model["vocab"], file), ...addedIds(added, file)];
  const settled = settledNormalizer(normalizer, config);
  const unknown = unknownOf(model);
  return {
    definition: {
      post_processor: null,
      ...json,
      // It makes text of tokens, which nobody asks for here.
      decoder: null,
      pre_tokenizer: settledSpace(json["pre_tokenizer"], config),
      model: { ...(kind === "WordPiece" ? { unk_token: unknown, continuing_subword_prefix: "##" } : {}), ...model },
      normalizer: settled,
      added_tokens: added,
    },
    config,
    vocabularySize: ids.reduce((highest, id) => Math.max(highest, id), -1) + 1,
    lowercase: lowers(settled),
    unknownToken: unknown,
    notes: [],
  };
}

/** More than any vocabulary has: a list by id has as many places. */
const mostIds = 2 ** 22;

/** A word of so many characters is cut by WordPiece in time that grows with their third power. Source: BERT's tokenization.py. */
const longestWord = 200;
/** Of what stands before or behind pieces of words. */
const longestAffix = 16;

function checkModel(model: JsonObject, file: string): void {
  const { max_input_chars_per_word: word, dropout } = model;
  if (word !== undefined && !(typeof word === "number" && word <= longestWord)) {
    throw refusal(file, `has max_input_chars_per_word ${JSON.stringify(word)}; at most ${longestWord} are taken`);
  }
  if (typeof dropout === "number" && dropout !== 0) {
    throw refusal(
      file,
      `has dropout ${dropout} in its model, which would cut the same text in many ways; null is taken`,
    );
  }
  for (const name of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    const affix = model[name];
    if (affix === undefined || affix === null || (typeof affix === "string" && affix.length <= longestAffix)) continue;
    throw refusal(file, `has a ${name} that is not a text of up to ${longestAffix} characters`);
  }
}

/** Longer ones are no words, and make every place of a text expensive. */
function checkToken(token: unknown, file: string): void {
  if (typeof token === "string" && token.length <= longestToken) return;
  const found = typeof token === "string" ? `a token of ${token.length} characters` : "a token that is not a text";
  throw refusal(file, `has ${found}; up to ${longestToken} are taken`);
}

function isId(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

/** What stands for what a model cannot spell: a token by its name, or of a Unigram by its number. */
function unknownOf({ unk_token: token, unk_id: id, vocab: vocabulary }: JsonObject): string {
  if (typeof token === "string") return token;
  const row: unknown = Array.isArray(vocabulary) && typeof id === "number" ? vocabulary[id] : null;
  return Array.isArray(row) && typeof row[0] === "string" ? row[0] : "[UNK]";
}

/** Tokens by their ids, of a JSON file. Errors: bad-tokenizer. */
export async function readVocabulary(folder: TokenizerFolder, name: string): Promise<Map<string, number>> {
  const file = `${folder.name}/${name}`;
  const entries = Object.entries(await readObject(folder, name));
  const vocabulary = new Map<string, number>();
  const taken = new Set<number>();
  for (const [token, id] of entries) {
    checkToken(token, file);
    if (!isId(id) || id >= mostIds)
      throw refusal(file, `gives the token ${JSON.stringify(token)} no whole number as id`);
    if (taken.has(id))
      throw refusal(file, `gives the number ${id} to two tokens, ${JSON.stringify(token)} one of them`);
    taken.add(id);
    vocabulary.set(token, id);
  }
  return vocabulary;
}

/** Ids of a vocabulary: token to id (WordPiece, BPE), or [token, score] rows numbered in order (Unigram). */
function vocabularyIds(vocabulary: unknown, file: string): readonly number[] {
  if (Array.isArray(vocabulary)) {
    for (const row of vocabulary) checkToken(Array.isArray(row) ? row[0] : row, file);
    return [...vocabulary.keys()];
  }
  if (!isObject(vocabulary)) throw refusal(file, "has no vocabulary");
  return Object.entries(vocabulary).map(([token, id]) => {
    checkToken(token, file);
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
    checkToken(token["content"], file);
    return token["id"];
  });
}

/** tokenizer_config.json overrules whether a space stands before a text, as Hugging Face's RobertaTokenizerFast has it. */
function settledSpace(found: unknown, config: JsonObject): unknown {
  const { add_prefix_space: space } = config;
  if (!isObject(found) || typeof space !== "boolean") return found ?? null;
  if (found["type"] === "ByteLevel") return { ...found, add_prefix_space: space };
  const inner = found["pretokenizers"];
  return Array.isArray(inner) ? { ...found, pretokenizers: inner.map((one) => settledSpace(one, config)) } : found;
}

/**
 * tokenizer_config.json overrules a BertNormalizer, as Hugging Face's BertTokenizerFast has it; others are made as the
 * library wants them.
 */
function settledNormalizer(normalizer: unknown, config: JsonObject): unknown {
  if (!isObject(normalizer)) return null;
  if (normalizer["type"] !== "BertNormalizer") return settledPrecompiled(normalizer);
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
