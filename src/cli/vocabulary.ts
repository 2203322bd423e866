import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { numberOf, parseValues, type NumberField } from "../contract/fields.ts";
import { documentsOf } from "../data/corpus.ts";
import { learnVocabulary } from "../data/vocabulary.ts";
import { tokenizerFiles } from "../data/vocabulary-files.ts";
import { tokensPerWord } from "../data/vocabulary-pruning.ts";
import { countWords } from "../data/word-counts.ts";
import { exitCodes } from "./command.ts";
import type { Command } from "./command.ts";
import { makeFolder } from "./files.ts";
import { formatCount, formatDuration } from "./format.ts";
import type { Option } from "./options.ts";
import { fieldOptions, readFields } from "./setting-options.ts";
import { openTexts, requiredOption, textOption } from "./texts.ts";

const sizeField: NumberField = {
  id: "size",
  kind: "number",
  label: "Size",
  help: "Tokens of the vocabulary, marks included.",
  default: 8192,
  min: 16,
  max: 1_000_000,
  whole: true,
};

const outputOption: Option = {
  name: "output",
  value: "DIR",
  help: "Folder for vocab.txt, tokenizer.json and tokenizer_config.json.",
  group: "Files",
};

const casedOption: Option = {
  name: "cased",
  value: null,
  help: "Keep capitals and accents. Without it text is lower-cased, as for bert-base-uncased.",
  group: "Vocabulary",
};

/** `dps vocabulary`: a WordPiece vocabulary learnt from text. */
export const vocabulary: Command = {
  name: "vocabulary",
  summary: "Learn a WordPiece vocabulary from plain text.",
  usage: "dps vocabulary --text FILE … --output DIR [--size 8192] [--cased]",
  options: () => [textOption, outputOption, ...fieldOptions([sizeField], "Vocabulary"), casedOption],
  async run(given, terminal) {
    const startMs = performance.now();
    const size = numberOf(parseValues([sizeField], readFields([sizeField], given)), sizeField.id);
    const output = requiredOption(given, outputOption);
    const files = await openTexts(given);
    await makeFolder(outputOption.name, output);
    const lowercase = !given.has(casedOption.name);
    const counts = await countWords(documentsOf(files), lowercase, (count) =>
      terminal.status(`Counting words: ${formatCount(count)} documents`),
    );
    terminal.status("Joining pairs");
    const tokens = learnVocabulary(counts, size);
    terminal.status("");
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    terminal.line(`Text: ${formatCount(total)} words, ${formatCount(counts.size)} different ones`);
    const perWord = tokensPerWord(tokens, counts).toFixed(3);
    terminal.line(`Vocabulary: ${formatCount(tokens.length)} tokens, ${perWord} tokens a word`);
    for (const [name, text] of tokenizerFiles(tokens, lowercase)) await writeFile(join(output, name), text);
    terminal.line(`Wrote ${output} in ${formatDuration(performance.now() - startMs)}`);
    return exitCodes.done;
  },
};
