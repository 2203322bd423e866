import { oneLine } from "./one-line.ts";

const errorCodes = [
  "bad-archive", // a .zip that cannot be read, is a bomb, or has unsafe names
  "bad-config", // config.json lacks a field or holds an absurd one
  "bad-model", // a model folder without a file that is needed, or of another family
  "bad-tensors", // safetensors or .bin: header, pickle, offsets, dtype, truncation
  "missing-tensor", // the checkpoint lacks a tensor that the model needs
  "shape-mismatch", // two shapes that must agree do not
  "bad-tokenizer", // vocabulary or tokenizer.json unreadable, or shorter than the model's
  "bad-table", // a TSV, CSV, JSON Lines or Parquet file that cannot be read
  "bad-columns", // a table whose columns are missing or unclear
  "bad-labels", // one label only, unknown labels, labels that are not numbers in a regression
  "bad-settings", // a training or method setting outside its range
  "not-found", // the Hub has no such repository, revision or file
  "no-access", // the Hub has it, but not for everyone: gated or private
  "unreachable", // no network, no such host, a Hub that fails, a transfer that breaks again and again
  "bad-download", // what came is not what the Hub listed: hash, size, a web page in place of a file
  "no-space", // storage is full or refused
  "too-large", // more than the device, or this program's bounds, allow
  "not-finite", // a loss, norm or score that is NaN or infinite
  "no-webgpu", // no adapter here
  "unreadable", // a file that was moved or changed since it was chosen, or is a folder
  "device-lost", // the GPU went away
  "engine-lost", // the engine's thread ended by itself
  "device-error", // validation or out of memory, reported by the device
  "stopped", // the person asked for it
  "bug", // an invariant of ours does not hold
] as const;

/** Every way this project can refuse or fail; the message says what was found, what was wanted, what to do. */
export type ErrorCode = (typeof errorCodes)[number];

/** Whether a text is one of them. */
export function isErrorCode(text: string): text is ErrorCode {
  return errorCodes.some((code) => code === text);
}

/** The one error class; its message is one line. `name` is the code, so that it survives a structured clone of name and message. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
    this.code = code;
    this.name = code;
  }
}

/** Plain form of any thrown value, for records and for the crossing between threads. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What browsers and Node throw of themselves through no fault of ours: by their name and words, what to say of it. */
const foreign: readonly (readonly [name: RegExp, words: RegExp, code: ErrorCode, found: string, advice: string])[] = [
  [
    /^(NotReadable|NotFound)Error$/,
    /./,
    "unreadable",
    "A file cannot be read",
    "Is it a folder, or was it moved or changed? Choose it again",
  ],
  [/^QuotaExceededError$/, /./, "no-space", "There is no room left to store this", "Free some, and do it again"],
  [
    /^RangeError$/,
    /allocation failed|out of memory|Invalid (typed )?array length|Invalid string length|buffer size/i,
    "too-large",
    "There is no memory left for this",
    "Close what else is open, or take less of it",
  ],
];

/** Turns whatever was thrown into a Failure; what is neither an AppError nor foreign is a bug of ours and says so. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message };
  const named = thrown instanceof Error ? thrown : { name: "", message: "" };
  const known = foreign.find(([name, words]) => name.test(named.name) && words.test(named.message));
  if (known !== undefined) {
    const [, , code, found, advice] = known;
    return { code, message: oneLine(`${found} (${named.message}). ${advice}.`) };
  }
  if (thrown instanceof Error) return { code: "bug", message: oneLine(`${thrown.name}: ${thrown.message}`) };
  return { code: "bug", message: oneLine(String(thrown)) };
}

/** What anything that was thrown says of itself, as one line. */
export function messageOf(thrown: unknown): string {
  return oneLine(thrown instanceof Error ? thrown.message : String(thrown));
}

/** Whatever was thrown as an AppError, with it as the cause. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const { code, message } = failureOf(thrown);
  return new AppError(code, message, { cause: thrown });
}
