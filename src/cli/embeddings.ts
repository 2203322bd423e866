import { writeFile } from "node:fs/promises";
import { numberOf, parseValues, type NumberField } from "../contract/fields.ts";
import { documentsOf } from "../data/corpus.ts";
import { encodeCorpus } from "../data/corpus-encoding.ts";
import { readDefinition } from "../data/tokenizer-files.ts";
import { loadTokenizer } from "../data/tokenizer.ts";
import { cooccurrenceEmbeddings } from "../data/word-embeddings.ts";
import { writeSafetensors } from "../models/safetensors.ts";
import { exitCodes } from "./command.ts";
import type { Command } from "./command.ts";
import { checkOutputPath } from "./files.ts";
import { formatCount, formatDuration } from "./format.ts";
import type { Option } from "./options.ts";
import { openVocabulary } from "./pretrain-files.ts";
import { fieldOptions, readFields } from "./setting-options.ts";
import { openTexts, requiredOption, textOption } from "./texts.ts";

const fields: readonly NumberField[] = [
  {
    id: "hidden",
    kind: "number",
    label: "Hidden size",
    help: "Numbers a token: the hidden size of the model that will begin with them.",
    default: 128,
    min: 1,
    max: 4096,
    whole: true,
  },
  {
    id: "seed",
    kind: "number",
    label: "Seed",
    help: "Seed of the random start, and of tokens that stand nowhere in the text.",
    default: 0,
    min: 0,
    max: 0xffffffff,
    whole: true,
  },
];

const vocabularyOption: Option = {
  name: "vocabulary",
  value: "DIR",
  help: "Folder with vocab.txt or tokenizer.json, as dps vocabulary writes it.",
  group: "Files",
};

const outputOption: Option = {
  name: "output",
  value: "FILE",
  help: "Safetensors file to write, with bert.embeddings.word_embeddings.weight in it.",
  group: "Files",
};

/** `dps embeddings`: starting word embeddings from what stands near what in a text. */
export const embeddings: Command = {
  name: "embeddings",
  summary: "Make starting word embeddings from the words that stand together in plain text.",
  usage: "dps embeddings --text FILE … --vocabulary DIR --output FILE [--hidden 128] [--seed 0]",
  options: () => [textOption, vocabularyOption, outputOption, ...fieldOptions(fields, "Embeddings")],
  async run(given, terminal) {
    const startMs = performance.now();
    const values = parseValues(fields, readFields(fields, given));
    const [hidden, seed] = [numberOf(values, "hidden"), numberOf(values, "seed")];
    const folder = openVocabulary(vocabularyOption.name, requiredOption(given, vocabularyOption));
    const output = requiredOption(given, outputOption);
    const files = await openTexts(given);
    await checkOutputPath(outputOption.name, output);
    const tokenizer = await loadTokenizer(folder, (await readDefinition(folder)).vocabularySize);
    const corpus = await encodeCorpus(documentsOf(files), tokenizer, (documents, tokens) =>
      terminal.status(`Tokenizing: ${formatCount(documents)} documents, ${formatCount(tokens)} tokens`),
    );
    terminal.line(
      `Text: ${formatCount(corpus.ids.length)} tokens, ${formatCount(corpus.sentences.length - 1)} sentences, ` +
        `${formatCount(corpus.documents.length - 1)} documents`,
    );
    terminal.status("Counting and factorising, some minutes for a large text");
    const data = cooccurrenceEmbeddings(corpus, hidden, seed);
    const shape = [tokenizer.vocabularySize, hidden];
    const file = writeSafetensors([{ name: "bert.embeddings.word_embeddings.weight", shape, data }]);
    await writeFile(output, new Uint8Array(await file.arrayBuffer()));
    terminal.status("");
    terminal.line(`Wrote ${output} in ${formatDuration(performance.now() - startMs)}`);
    return exitCodes.done;
  },
};
