import { isObject } from "../../core/json.ts";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  cardName,
  readBundledIndex,
  sha256Of,
  type BundledFile,
  type BundledModel,
} from "../../contract/sources/bundled.ts";
import { AppError, messageOf } from "../../core/errors.ts";
import { formatWhole } from "../../core/format.ts";
import { plainText, readMarkdown } from "../../core/markdown.ts";
import { loadTokenizer } from "../../data/text/tokenizer.ts";
import { copiedFiles } from "../../models/export.ts";
import { openFolder, type Folder } from "../../models/folder.ts";
import { writeSafetensors, type TensorData } from "../../models/safetensors.ts";
import { readCheckpoint, type Checkpoint } from "../../train/checkpoint.ts";
import { exitCodes, type Command } from "../command.ts";
import { makeFolder, openModelPath } from "../files.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";

const option = optionsUnder("Files");
const modelOption = option(
  "model",
  "DIR",
  `Model to pack: a Hugging Face folder with a ${cardName}, its model card. LICENSE and NOTICE go along. Needed.`,
);
const idOption = option(
  "id",
  "NAME",
  "Name of its folder and its entry: small letters, digits and hyphens. An entry of that name is replaced. Needed.",
);
const outputHelp = "Folder of the models that ship with the page, with their index.json. Needed.";
const outputOption = option("output", "DIR", outputHelp);

/** A model that ships is fetched before the first run, so it has to be small. */
const mostBytes = 10_000_000;

/** Largest magnitude of an F16. */
const largestHalf = 65_504;

/** A file as it will be written. */
interface PackedFile {
  readonly name: string;
  readonly bytes: ArrayBuffer;
}

/** `dps bundle`: packs a pre-trained model as one that ships with the page. */
export const bundle: Command = {
  name: "bundle",
  summary:
    "Pack a pre-trained model as one that ships with the page: encoder only, F16, with its card and an index entry.",
  usage: "dps bundle --model DIR --id NAME --output DIR",
  options: () => [modelOption, idOption, outputOption],
  async run(given, terminal) {
    const [path, id, output] = [modelOption, idOption, outputOption].map((option) => needed(given, option));
    const folder = await openFolder(await openModelPath(path ?? ""));
    const checkpoint = await readCheckpoint(folder);
    await loadTokenizer(folder, checkpoint.model.tokenizer);
    const files = await pack(folder, checkpoint);
    const entry = await entryOf(id ?? "", checkpoint, files);
    const sizeBytes = entry.files.reduce((sum, file) => sum + file.sizeBytes, 0);
    if (sizeBytes > mostBytes) throw tooLarge(sizeBytes);
    await write(output ?? "", entry, files);
    terminal.line(`${entry.label}: ${formatWhole(entry.parameterCount)} parameters, licence ${entry.license}`);
    for (const file of entry.files) terminal.line(`  ${file.name}  ${formatWhole(file.sizeBytes)} bytes`);
    terminal.line(`Wrote ${join(output ?? "", entry.id)}: ${formatWhole(sizeBytes)} bytes`);
    return exitCodes.done;
  },
};

function needed(given: Given, { name, value }: Option): string {
  const text = given.get(name);
  if (text === undefined) throw wrongUsage(`--${name} is missing: give --${name} ${value ?? ""}.`);
  return text;
}

function tooLarge(sizeBytes: number): AppError {
  const found = `The model takes ${formatWhole(sizeBytes)} bytes; one that ships has at most ${formatWhole(mostBytes)}.`;
  return new AppError("too-large", `${found} Make a smaller one.`);
}

/** The files of the packed model. Errors: bad-model where there is no card; not-finite where F16 cannot hold a weight. */
async function pack(folder: Folder, checkpoint: Checkpoint): Promise<readonly PackedFile[]> {
  if (!folder.has(cardName)) {
    throw new AppError("bad-model", `${folder.name} has no ${cardName}. A model that ships says what it was made of.`);
  }
  const copied = [...copiedFiles.filter((name) => folder.has(name)), cardName];
  const blobs: (readonly [string, Blob])[] = [
    ["config.json", new Blob([`${JSON.stringify(encoderConfig(checkpoint), null, 2)}\n`])],
    ["model.safetensors", writeSafetensors(encoderTensors(checkpoint), {}, "F16")],
  ];
  for (const name of copied) blobs.push([name, await folder.blob(name)]);
  return await Promise.all(blobs.map(async ([name, blob]) => ({ name, bytes: await blob.arrayBuffer() })));
}

/** config.json without the pre-training heads. Source: Hugging Face's PretrainedConfig. */
function encoderConfig({ configJson, model }: Checkpoint): Readonly<Record<string, unknown>> {
  return {
    ...(isObject(configJson) ? configJson : {}),
    architectures: [`${model.family.className}Model`],
    torch_dtype: "float16",
  };
}

function encoderTensors({ model, values }: Checkpoint): readonly TensorData[] {
  const specs = model.params(2).filter(({ group }) => group !== "classifier");
  return specs.flatMap(({ name, shape }) => {
    const data = values.get(name);
    if (data === undefined) return [];
    const beyond = data.find((value) => !(Math.abs(value) <= largestHalf));
    if (beyond !== undefined) {
      throw new AppError("not-finite", `${name} holds ${beyond}, which F16 cannot. Is the training sound?`);
    }
    return { name, shape, data };
  });
}

/** What the index says of a model. Label, description and licence are the card's own. Errors: bad-model, bad-settings. */
async function entryOf(id: string, { record }: Checkpoint, packed: readonly PackedFile[]): Promise<BundledModel> {
  const card = packed.find(({ name }) => name === cardName);
  const { matter, blocks } = readMarkdown(new TextDecoder().decode(card?.bytes));
  const title = blocks.find((block) => block.kind === "heading");
  const about = blocks.find((block) => block.kind === "paragraph");
  const license = matter.get("license");
  if (title === undefined || about === undefined || license === undefined) {
    const wanted = "a licence above it (license: …), a heading and a paragraph";
    throw new AppError("bad-model", `${cardName} of ${record.name} lacks one of ${wanted}. They become the entry.`);
  }
  const files: BundledFile[] = [];
  for (const { name, bytes } of packed) {
    files.push({ name, sizeBytes: bytes.byteLength, sha256: await sha256Of(bytes) });
  }
  const label = plainText(title.spans);
  const entry = {
    id,
    label,
    description: plainText(about.spans),
    license,
    parameterCount: record.parameterCount,
    files,
  };
  try {
    readBundledIndex([entry]);
  } catch (cause) {
    throw new AppError("bad-settings", `The entry "${id}" cannot be written: ${messageOf(cause)}.`, { cause });
  }
  return entry;
}

/** Files first, the index last and in place of an older entry. Errors: bad-settings. */
async function write(output: string, entry: BundledModel, files: readonly PackedFile[]): Promise<void> {
  const indexPath = join(output, "index.json");
  await makeFolder(outputOption.name, output);
  const others = (await readIndex(indexPath)).filter(({ id }) => id !== entry.id);
  await mkdir(join(output, entry.id), { recursive: true });
  for (const { name, bytes } of files) await writeFile(join(output, entry.id, name), new Uint8Array(bytes));
  await writeFile(indexPath, `${JSON.stringify([...others, entry], null, 2)}\n`);
}

async function readIndex(path: string): Promise<readonly BundledModel[]> {
  if (!existsSync(path)) return [];
  try {
    return readBundledIndex(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new AppError("bad-settings", `${path} is no index of models; move it away or name another --output.`, {
      cause,
    });
  }
}
