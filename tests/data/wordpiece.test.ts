import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readTable } from "../../src/data/tables/read-table.ts";
import { recogniseTask } from "../../src/data/dataset/recognise.ts";
import { loadTokenizer } from "../../src/data/text/tokenizer.ts";
import { openBundled } from "../bundled.ts";
import { wordPiece } from "../reference/wordpiece.ts";
import { glueBlob, glueFiles } from "./glue-files.ts";
import { sampleTasks } from "./sample-tasks.ts";
import { hasShared, sharedBlob, sharedText } from "./shared-files.ts";
import { bertNeeds, folderOf } from "./text/needs.ts";

const tokensIn = (vocabulary: string): readonly string[] => vocabulary.trimEnd().split("\n");

/** The texts that our tokenizer cuts otherwise than a WordPiece written from BERT's paper. */
async function unlike(vocabulary: string, lowercase: boolean, texts: readonly string[]): Promise<readonly string[]> {
  const ids = new Map(tokensIn(vocabulary).map((token, id) => [token, id]));
  const config = JSON.stringify({ do_lower_case: lowercase });
  const tokenizer = await loadTokenizer(
    folderOf({ "vocab.txt": vocabulary, "tokenizer_config.json": config }),
    bertNeeds(ids.size),
  );
  const reference = wordPiece(ids, lowercase);
  return texts.filter((text) => {
    const wanted = [ids.get("[CLS]"), ...reference.ids(text), ids.get("[SEP]")];
    return tokenizer.encode(text, null, 100_000).ids.join(" ") !== wanted.join(" ");
  });
}

/** Every text of a table of a known task. */
async function textsOf(blob: Blob, path: string): Promise<readonly string[]> {
  const table = await readTable(blob, path);
  const mapping = recogniseTask(table)?.mapping;
  if (mapping === undefined) throw new Error(`${path} was not recognised`);
  return table.rows.flatMap((row) => [row[mapping.first] ?? "", row[mapping.second ?? mapping.first] ?? ""]);
}

/** What tables of English hold now and then, and where tokenizers differ. */
const odd = [
  "The Café on the Plaça Nova — naïve façades, Ærø, Łódź, Straße, İzmir, Ὀδυσσεύς.",
  "cafe\u0301 and caf\u00E9, A\u030Angstro\u0308m, \uFB01ne \uFF26ull width",
  "no\u00A0break, zero\u200Bwidth, soft\u00ADhyphen, left\u200Eto\u200Fright, a\u2028line\u2029break",
  "bell\u0007, escape\u001B, delete\u007F, replaced \uFFFD, private \uE000",
  "東京は晴れ。 中文和English混合𠀀語 한국어 ไทย हिन्दी עברית العربية",
  "smile 🙂, family 👨‍👩‍👧, flag 🇳🇴, e-mail: a.b+c@d.example, https://e.example/?f=g#h",
  "$1,299.99 (10% off) ~ £5 = €6 ± ½ × 3² … “quotes” ‘and’ «more», it's, they're, rock'n'roll, co-op, a/b, __init__",
  `${"long".repeat(25)} and ${"long".repeat(26)}`,
  "\ttabs\tand  double  blanks ",
];

test.each([
  ["uncased", true],
  ["as a cased one", false],
])("made and odd texts, the vocabulary that ships, %s", async (_name, lowercase) => {
  const vocabulary = await (await openBundled()).text("vocab.txt");
  expect(tokensIn(vocabulary).length).toBeGreaterThan(5000);
  const texts = [...odd];
  for (const { path } of glueFiles) texts.push(...(await textsOf(glueBlob(path), path)));
  for (const { id } of sampleTasks) {
    const path = `tasks/${id}/dev.tsv`;
    texts.push(...(await textsOf(new Blob([readFileSync(new URL(`../../public/${path}`, import.meta.url))]), path)));
  }
  expect(texts.length).toBeGreaterThan(200 * sampleTasks.length);
  expect(await unlike(vocabulary, lowercase, texts)).toEqual([]);
});

test("random texts over a cased vocabulary with accents", async () => {
  const cased = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "cafe", "##s", ",", "!", "中", "a", "b", "c", "The", "Caf", "##é"]; // prettier-ignore
  const piece = fc.constantFrom("The", "the", "Caf", "é", "e\u0301", "s", " ", ",", "中", "\u00A0", "\u200D", "!", "a");
  const text = fc.array(piece, { maxLength: 20 }).map((parts) => parts.join(""));
  const texts = fc.sample(text, 500);
  expect(await unlike(`${cased.join("\n")}\n`, false, texts)).toEqual([]);
});

describe("tokenizer.json gives what vocab.txt gives, its truncation and padding ignored", () => {
  const long = "Déjà vu: it wasn't 10,000 words — ".repeat(60);

  async function expectSame(vocabulary: string, json: string): Promise<void> {
    const size = tokensIn(vocabulary).length;
    const plain = await loadTokenizer(folderOf({ "vocab.txt": vocabulary }), bertNeeds(size));
    const parsed = await loadTokenizer(folderOf({ "tokenizer.json": json }), bertNeeds(size));
    expect([plain.lowercase, parsed.lowercase]).toEqual([true, true]);
    expect(parsed.encode(long, "Short one.", 4000)).toEqual(plain.encode(long, "Short one.", 4000));
    expect(parsed.encode(long, null, 4000).ids.length).toBeGreaterThan(600);
  }

  test("the vocabulary that ships", async () => {
    const vocabulary = await (await openBundled()).text("vocab.txt");
    const ids = new Map(tokensIn(vocabulary).map((token, id) => [token, id]));
    const marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].map((content) => ({ content, id: ids.get(content) }));
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
    await expectSame(
      vocabulary,
      JSON.stringify({
        version: "1.0",
        truncation: { direction: "Right", max_length: 16, strategy: "LongestFirst", stride: 0 },
        padding: { strategy: "BatchLongest", direction: "Right", pad_id: 0, pad_type_id: 0, pad_token: "[PAD]" },
        added_tokens: marks.map((mark) => ({ ...mark, ...flags })),
        normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
        pre_tokenizer: { type: "BertPreTokenizer" },
        post_processor: { type: "BertProcessing", sep: ["[SEP]", ids.get("[SEP]")], cls: ["[CLS]", ids.get("[CLS]")] },
        decoder: { type: "WordPiece", prefix: "##", cleanup: true },
        model: {
          type: "WordPiece",
          unk_token: "[UNK]",
          continuing_subword_prefix: "##",
          max_input_chars_per_word: 100,
          vocab: Object.fromEntries(ids),
        },
      }),
    ); // prettier-ignore
  });

  const files = ["vocab.txt", "all-MiniLM-L6-v2.tokenizer.json"].map((name) => `tokenizers/bert-base-uncased/${name}`);
  test.skipIf(!files.every(hasShared))("bert-base-uncased's", async () => {
    const [vocabulary = "", json = ""] = files.map(sharedText);
    await expectSame(vocabulary, json);
  });
});

describe("every sentence of the GLUE dev files", () => {
  const vocabularyFile = "tokenizers/bert-base-uncased/vocab.txt";
  const devFiles = ["CoLA", "MRPC", "QNLI", "RTE", "SST-2", "STS-B"].map((task) => `glue/${task}/dev.tsv`);

  test.skipIf(![vocabularyFile, ...devFiles].every(hasShared)).each([
    ["uncased", true],
    ["as a cased one", false],
  ])("bert-base-uncased's vocabulary %s", async (_name, lowercase) => {
    const texts: string[] = [];
    for (const path of devFiles) texts.push(...(await textsOf(sharedBlob(path), path)));
    expect(texts.length).toBe(2 * (1043 + 408 + 5463 + 277 + 872 + 1500));
    expect(await unlike(sharedText(vocabularyFile), lowercase, texts)).toEqual([]);
  });
});
