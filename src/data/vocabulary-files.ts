/** The marks of BERT's vocabularies, first in every one that is learnt here. */
export const specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/** Characters of the longest word that WordPiece cuts up; a longer one is unknown. */
export const longestWord = 100;

/** A WordPiece tokenizer in the form of tokenizer.json, as Hugging Face's BertTokenizerFast saves it. */
export function tokenizerDefinition(tokens: readonly string[], lowercase: boolean): Readonly<Record<string, unknown>> {
  const marks = specialTokens.flatMap((content) => {
    const id = tokens.indexOf(content);
    return id < 0 ? [] : [{ id, content }];
  });
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const text = (id: string, type: number) => ({ Sequence: { id, type_id: type } });
  const mark = (id: string, type: number) => ({ SpecialToken: { id, type_id: type } });
  const single = [mark("[CLS]", 0), text("A", 0), mark("[SEP]", 0)];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: marks.map(({ id, content }) => ({ id, content, ...plain })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single,
      pair: [...single, text("B", 1), mark("[SEP]", 1)],
      special_tokens: Object.fromEntries(
        marks
          .filter(({ content }) => content === "[CLS]" || content === "[SEP]")
          .map(({ id, content }) => [content, { id: content, ids: [id], tokens: [content] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: longestWord,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  };
}

/** The files of a tokenizer in Hugging Face's layout, name to text: vocab.txt, tokenizer.json, tokenizer_config.json. */
export function tokenizerFiles(tokens: readonly string[], lowercase: boolean): ReadonlyMap<string, string> {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const config = {
    tokenizer_class: "BertTokenizer",
    do_lower_case: lowercase,
    strip_accents: null,
    tokenize_chinese_chars: true,
    unk_token: "[UNK]",
    sep_token: "[SEP]",
    pad_token: "[PAD]",
    cls_token: "[CLS]",
    mask_token: "[MASK]",
    model_max_length: 512,
  };
  return new Map([
    ["vocab.txt", tokens.map((token) => `${token}\n`).join("")],
    ["tokenizer.json", json(tokenizerDefinition(tokens, lowercase))],
    ["tokenizer_config.json", json(config)],
  ]);
}
