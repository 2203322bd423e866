import { isObject, type JsonObject } from "../../core/json.ts";
import type { AppError } from "../../core/errors.ts";

/** The error that says what was found. */
type Refuse = (found: string) => AppError;
/** What is wrong with a component, or with how it makes text longer; null for nothing. */
type Rule = (component: JsonObject) => string | null;

const plain: Rule = () => null;

/**
 * The components that the model families need, by where they stand; whatever else a tokenizer.json asks for is refused. A
 * family adds its lines here.
 */
const allowed: Readonly<Record<Position, Readonly<Record<string, Rule>>>> = {
  normalizer: {
    BertNormalizer: plain,
    Lowercase: plain,
    NFC: plain,
    NFD: plain,
    NFKC: plain,
    NFKD: plain,
    Precompiled: plain,
    Replace: (replace) => patternProblem(replace) ?? (typeof replace["content"] === "string" ? null : "has no content"),
    Strip: plain,
    StripAccents: plain,
  },
  pre_tokenizer: {
    BertPreTokenizer: plain,
    ByteLevel: plain,
    Digits: plain,
    Metaspace: ({ replacement, str_rep: shown }) =>
      isShort(replacement) && isShort(shown) ? null : "has a replacement that is not one character",
    Punctuation: plain,
    Split: (split) => patternProblem(split),
    WhitespaceSplit: plain,
  },
  post_processor: {
    BertProcessing: plain,
    ByteLevel: plain,
    RobertaProcessing: plain,
    TemplateProcessing: ({ single, pair }) =>
      isTemplate(single, "A") && isTemplate(pair, "AB")
        ? null
        : `has a template without each text once, or of more than ${mostInTemplate} parts`,
  },
};

type Position = "normalizer" | "pre_tokenizer" | "post_processor";

/** In which field a Sequence has its components. */
const listsIn: Readonly<Record<Position, string>> = {
  normalizer: "normalizers",
  pre_tokenizer: "pretokenizers",
  post_processor: "processors",
};

/** Of each position, Sequences not counted; those that may be there several times are in `repeated`. */
const mostComponents = 16;
const repeated: readonly string[] = ["Replace", "Split", "Strip"];
const mostNested = 3;
/** The Replace of a tokenizer together may make a text so many times as long. */
const mostGrowth = 8;
const mostInTemplate = 16;
/** The longest token, and the longest string to look for, in UTF-16 units. */
export const longestToken = 256;

/** Regular expressions that are run, all in time that grows with the text alone, and the least of it they match. */
const knownExpressions: ReadonlyMap<string, number> = new Map([
  // GPT-2's.
  [String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`, 1],
  // SentencePiece's extra whitespace, as DeBERTa's and XLM-RoBERTa's conversions write it.
  [" {2,}", 2],
  // The same of a DeBERTa v2 or v3 that transformers 5 saved.
  [String.raw`\s{2,}|[\n\r\t]`, 1],
  [" +", 1],
  [String.raw`\s+`, 1],
  [String.raw`\s`, 1],
  // Of tokenizers that were made by hand.
  [String.raw`\d`, 1],
  [String.raw`\d+`, 1],
  [String.raw`\p{P}`, 1],
  [String.raw`[\r\n]`, 1],
]);

/**
 * Refuses a tokenizer.json with components that no family needs, with too many, nested too deep, that would make text much
 * longer, or with a regular expression that may take for ever.
 *
 * Errors: bad-tokenizer, saying what was found and what is made.
 */
export function checkComponents(json: JsonObject, refuse: Refuse): void {
  for (const position of ["normalizer", "pre_tokenizer", "post_processor"] as const) {
    checkPosition(json[position], position, refuse);
  }
}

function checkPosition(found: unknown, position: Position, refuse: Refuse): void {
  const components = listed(found, position, refuse);
  const where = `as its ${position}`;
  const counts = new Map<string, number>();
  let growth = 1;
  for (const component of components) {
    const type = String(component["type"]);
    if (position === "pre_tokenizer" && type === "Whitespace") {
      // Its \w is of every script with Hugging Face, and of Latin letters in the library that is used here.
      throw refuse('has the pre_tokenizer "Whitespace", which would cut letters beyond ASCII otherwise here');
    }
    const rule = Object.hasOwn(allowed[position], type) ? allowed[position][type] : undefined;
    if (rule === undefined) {
      const made = Object.keys(allowed[position]).join(", ");
      throw refuse(`has ${quoted(component["type"])} ${where}, and only these are made: ${made}`);
    }
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    if (count > 1 && !repeated.includes(type)) {
      const all = components.filter((one) => one["type"] === type).length;
      throw refuse(`has ${all} components "${type}" ${where}, where at most one is made`);
    }
    const problem = rule(component);
    if (problem !== null) throw refuse(`has a "${type}" ${where} that ${problem}`);
    growth *= growthOf(component);
  }
  if (growth > mostGrowth) {
    throw refuse(
      `has a ${position} that can make text ${Math.round(growth)} times as long; at most ${mostGrowth} times is taken`,
    );
  }
}

/** The components of a position, out of their Sequences. */
function listed(found: unknown, position: Position, refuse: Refuse): readonly JsonObject[] {
  const components: JsonObject[] = [];
  const take = (one: unknown, depth: number): void => {
    if (one === null || one === undefined) return;
    if (!isObject(one)) throw refuse(`has ${quoted(one)} as its ${position}, which is no component`);
    if (one["type"] !== "Sequence") {
      components.push(one);
      return;
    }
    const inner = one[listsIn[position]];
    if (!Array.isArray(inner)) throw refuse(`has a Sequence as its ${position} without ${listsIn[position]}`);
    if (depth >= mostNested) {
      throw refuse(`has Sequences more than ${mostNested} deep as its ${position}; at most ${mostNested} are taken`);
    }
    if (components.length + inner.length > mostComponents) {
      const count = components.length + inner.length;
      throw refuse(`has ${count} components as its ${position}; at most ${mostComponents} are taken`);
    }
    for (const part of inner) take(part, depth + 1);
  };
  take(found, 0);
  return components;
}

function patternProblem({ pattern }: JsonObject): string | null {
  const { Regex: expression, String: text } = isObject(pattern) ? pattern : {};
  if (expression !== undefined) {
    if (typeof expression === "string" && knownExpressions.has(expression)) return null;
    return `looks for the regular expression ${quoted(expression)}, which might take for ever; only those of known tokenizers are run`;
  }
  if (typeof text === "string" && text !== "" && text.length <= longestToken) return null;
  return `looks for ${quoted(text)}, and not for a text of 1 to ${longestToken} characters`;
}

/** How many times as long a Replace can make a text. */
function growthOf({ type, pattern, content }: JsonObject): number {
  if (type !== "Replace" || typeof content !== "string" || !isObject(pattern)) return 1;
  const { Regex: expression, String: text } = pattern;
  const least = typeof text === "string" ? text.length : (knownExpressions.get(String(expression)) ?? 1);
  return Math.max(1, content.length / least);
}

/** One character, or not there. */
function isShort(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && /^.$/su.test(value));
}

function isTemplate(parts: unknown, texts: string): boolean {
  if (!Array.isArray(parts) || parts.length > mostInTemplate) return false;
  const found = parts.flatMap((part: unknown) => {
    const sequence = isObject(part) ? part["Sequence"] : undefined;
    return isObject(sequence) ? [String(sequence["id"])] : [];
  });
  return found.toSorted().join("") === texts;
}

function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
