import { parsedJson } from "../core/json.ts";
import { AppError } from "../core/errors.ts";
import { readBytes } from "../core/bytes.ts";
import { otherVocabularyIn, otherWeightsIn } from "./other-weights.ts";
import { openZip } from "../core/zip.ts";
import { vocabularies, vocabularyWords } from "../contract/vocabularies.ts";

/** A Hugging Face model folder, wherever it came from: files by their name inside the folder. */
export interface Folder {
  /** Of the folder, or of the .zip without its ending. */
  readonly name: string;
  names(): readonly string[];
  has(name: string): boolean;
  /** Errors: bad-model where it is missing; bad-archive where it cannot be unpacked. */
  blob(name: string): Promise<Blob>;
  /** Decoded as UTF-8. Errors: as blob, and too-large above 256 MB, bad-model where it is not UTF-8. */
  text(name: string): Promise<string>;
  /** Parsed. Errors: as text, and bad-config where it is not JSON. */
  json(name: string): Promise<unknown>;
}

/** A file as it was dropped: `path` keeps the folders inside a dropped directory. */
export interface FolderFile {
  readonly path: string;
  readonly file: Blob;
}

/** A file that may still lie in an archive. */
interface Opener {
  readonly path: string;
  open(): Promise<Blob>;
}

const maxTextBytes = 256_000_000;

/**
 * Finds the model in a dropped directory, several files, or exactly one .zip: the shallowest folder with a config.json.
 *
 * `wanted`: what it is opened for, to be trained or to be asked as model.onnx.
 * Errors: bad-model where config.json, tokenizer or what is wanted are missing or the choice is unclear; bad-archive.
 */
export async function openFolder(
  files: readonly FolderFile[],
  wanted: "weights" | "model.onnx" = "weights",
): Promise<Folder> {
  const [only] = files;
  const zipped = files.length === 1 && only !== undefined && /\.zip$/i.test(only.path);
  const dropped = zipped
    ? await openZip(only.file, lastSegment(only.path))
    : files.map(({ path, file }) => ({ path: path.replace(/^(\.?\/)+/, ""), open: () => Promise.resolve(file) }));
  const visible = dropped.filter(({ path }) => !/(^|\/)(\.|__MACOSX(\/|$))/.test(path));
  const prefix = modelPrefix(visible);
  const inside = new Map<string, Opener>();
  for (const entry of visible) {
    if (!entry.path.startsWith(prefix)) continue;
    const name = entry.path.slice(prefix.length);
    if (inside.has(name)) throw new AppError("bad-model", `${name} was given twice. Choose the files of one model.`);
    inside.set(name, entry);
  }
  const outer = zipped ? lastSegment(only.path).replace(/\.zip$/i, "") : "model";
  const folder = folderOf(prefix === "" ? outer : lastSegment(prefix.slice(0, -1)), inside);
  checkNeeded(folder, wanted);
  return folder;
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** "" or the path, with its closing slash, of the shallowest folder that holds a config.json. */
function modelPrefix(files: readonly Opener[]): string {
  const prefixes = files
    .filter(({ path }) => lastSegment(path) === "config.json")
    .map(({ path }) => path.slice(0, -"config.json".length));
  const depth = (prefix: string): number => prefix.split("/").length;
  prefixes.sort((left, right) => depth(left) - depth(right));
  const [shallowest, ...others] = prefixes;
  const inner = shallowest === undefined ? undefined : innerModel(files, shallowest);
  const [first, second] = inner === undefined ? [shallowest, others[0]] : [inner];
  if (first === undefined) {
    const names = files.map(({ path }) => lastSegment(path));
    const wanted = `Drop a Hugging Face model folder: config.json, ${vocabularyWords}, and model.safetensors or pytorch_model.bin.`;
    const listed = names.slice(0, 5).join(", ");
    const other = otherWeightsIn(names);
    // What it is says what to do as well, and an error is short.
    const said = other === null ? ` (${listed === "" ? "none" : listed}). ${wanted}` : `. ${other}`;
    throw new AppError("bad-model", `There is no config.json among the ${files.length} files${said}`);
  }
  if (second !== undefined && first !== second && depth(first) === depth(second)) {
    throw new AppError("bad-model", `There are models in ${first} and in ${second}. Drop one of the two folders.`);
  }
  return first;
}

/**
 * The folder inside that holds the model, where the shallowest has a config.json and no weights: an old
 * sentence-transformers folder (0_BERT, 0_Transformer) or a Trainer's output whose only checkpoint lies in checkpoint-500.
 */
function innerModel(files: readonly Opener[], prefix: string): string | undefined {
  const holdsWeights = (folder: string): boolean =>
    files.some(({ path }) => path.startsWith(folder) && weightNames.includes(path.slice(folder.length)));
  if (holdsWeights(prefix)) return undefined;
  const inner = new Set(
    files.flatMap(({ path }) => {
      const [folder, name, ...more] = path.slice(prefix.length).split("/");
      return path.startsWith(prefix) && more.length === 0 && name !== undefined && weightNames.includes(name)
        ? [folder]
        : [];
    }),
  );
  const [only, ...others] = [...inner].filter((folder) =>
    files.some(({ path }) => path === `${prefix}${folder}/config.json`),
  );
  return only === undefined || others.length > 0 ? undefined : `${prefix}${only}/`;
}

/** What holds a model's weights, or says in which files they lie. */
const weightNames: readonly string[] = ["model.safetensors", "pytorch_model.bin"].flatMap((name) => [
  name,
  `${name}.index.json`,
]);

function folderOf(name: string, files: ReadonlyMap<string, Opener>): Folder {
  const blob = async (file: string): Promise<Blob> => {
    const entry = files.get(file);
    if (entry === undefined) throw new AppError("bad-model", `${name} has no ${file}.`);
    return entry.open();
  };
  const text = async (file: string): Promise<string> => readText(await blob(file), `${name}/${file}`);
  return {
    name,
    names: () => [...files.keys()],
    has: (file) => files.has(file),
    blob,
    text,
    async json(file) {
      const problem = `${name}/${file} is not JSON. Is the download complete?`;
      return parsedJson(await text(file), (cause) => new AppError("bad-config", problem, { cause }));
    },
  };
}

async function readText(blob: Blob, name: string): Promise<string> {
  if (blob.size > maxTextBytes) {
    throw new AppError("too-large", `${name} has ${blob.size} bytes; at most ${maxTextBytes} of text are read.`);
  }
  const bytes = await readBytes(blob, 0, blob.size, name, "bad-model");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError(
      "bad-model",
      `${name} is not UTF-8 text. Is the download complete? What another program wrote, save as UTF-8.`,
      { cause },
    );
  }
}

function checkNeeded(folder: Folder, wanted: "weights" | "model.onnx"): void {
  if (!vocabularies.some((set) => set.every((name) => folder.has(name)))) {
    const other = otherVocabularyIn(folder.names());
    const sets = vocabularies.map((set) => set.join(" + ")).join(" nor ");
    const advice = `Add the model's ${vocabularyWords}.`;
    throw new AppError("bad-model", `${folder.name} has neither ${sets}. ${other ?? advice}`);
  }
  if (wanted === "model.onnx") {
    if (folder.has(wanted)) return;
    const advice = "Export it from this page, or write it with dps finetune --save DIR --onnx.";
    throw new AppError("bad-model", `${folder.name} has no ${wanted}, which a model is asked with here. ${advice}`);
  }
  if (weightNames.some((name) => folder.has(name))) return;
  const found = otherWeightsIn(folder.names());
  throw new AppError(
    "bad-model",
    `${folder.name} has neither model.safetensors nor pytorch_model.bin, which hold the weights. ` +
      (found ?? "Add one of them."),
  );
}
