import { isObject, parsedJson, type JsonObject } from "../../core/json.ts";
import { refusal, type TokenizerFolder } from "./tokenizer-files.ts";

/** Tokens that are found in a text before it is cut into words. */
interface AddedTokens {
  /** Those behind the vocabulary, by their number. */
  readonly behind: readonly string[];
  /** All that are never cut, wherever they stand. */
  readonly whole: readonly string[];
}

const addedFile = "added_tokens.json";

/**
 * What added_tokens.json, and of tokenizer_config.json added_tokens_decoder, additional_special_tokens and never_split, add
 * to a vocabulary, its tokens by their number.
 *
 * Errors: bad-tokenizer where a number behind the vocabulary is left out, or stands for two tokens.
 */
export async function addedTokens(
  folder: TokenizerFolder,
  config: JsonObject,
  vocabulary: readonly string[],
): Promise<AddedTokens> {
  const numbered = new Map([...decoderOf(config), ...(await fileOf(folder))]);
  const count = vocabulary.length;
  const later = [...numbered].filter(([, id]) => id >= count).sort((left, right) => left[1] - right[1]);
  const wrong = later.findIndex(([, id], at) => id !== count + at);
  if (wrong >= 0) {
    const found = `give no token, or two, the number ${count + wrong}, behind the ${count} of the vocabulary`;
    throw refusal(`${folder.name}: ${addedFile} and tokenizer_config.json`, found);
  }
  const within = [...numbered].filter(([token, id]) => vocabulary[id] === token);
  const named = ["additional_special_tokens", "extra_special_tokens", "never_split"].flatMap((key) =>
    contentsOf(config[key]),
  );
  return {
    behind: later.map(([token]) => token),
    whole: [...later, ...within].map(([token]) => token).concat(named),
  };
}

async function fileOf(folder: TokenizerFolder): Promise<readonly (readonly [string, number])[]> {
  if (!folder.has(addedFile)) return [];
  const file = `${folder.name}/${addedFile}`;
  const read = parsedJson(await folder.text(addedFile), (cause) => refusal(file, "is not JSON", cause));
  return Object.entries(isObject(read) ? read : {}).flatMap(([token, id]) =>
    typeof id === "number" ? [[token, id] as const] : [],
  );
}

function decoderOf(config: JsonObject): readonly (readonly [string, number])[] {
  const decoder = config["added_tokens_decoder"];
  return Object.entries(isObject(decoder) ? decoder : {}).flatMap(([id, token]) => {
    const content = contentOf(token);
    return content === null || !/^\d{1,9}$/.test(id) ? [] : [[content, Number(id)] as const];
  });
}

function contentsOf(list: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : isObject(list) ? Object.values(list) : [];
  return items.flatMap((item) => contentOf(item) ?? []);
}

/** The token that tokenizer_config.json names for a purpose, or the usual one. */
export function namedToken(config: JsonObject, key: string, usual: string): string {
  return contentOf(config[key]) ?? usual;
}

/** A token is written as its text, or as an object that holds it. */
function contentOf(token: unknown): string | null {
  const content = isObject(token) ? token["content"] : token;
  return typeof content === "string" && content !== "" ? content : null;
}
