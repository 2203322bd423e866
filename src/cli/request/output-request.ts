import { usualEveryMs } from "../../experiment/running/checkpoints.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";

/** What a command is to write beside what it prints. */
export interface OutputRequest {
  readonly output: string | null;
  /** Whether the runs that `output` holds are kept, and only the others run. */
  readonly resume: boolean;
  /** A run under way is saved beside `output` so often. */
  readonly checkpointEveryMs: number;
  /** Whether the runs' subnetworks are looked at, for the output. */
  readonly watched: boolean;
  readonly predictions: string | null;
  readonly save: string | null;
  /** Whether what is saved has a model.onnx. */
  readonly onnx: boolean;
  /** Whether to say where the time of the first steps goes. */
  readonly profile: boolean;
  /** Where the trace of those steps goes. */
  readonly trace: string | null;
}

const option = optionsUnder("Output");

/** Options for what is written. */
export const outputOptions: readonly Option[] = [
  option("output", "FILE", "Write everything known of every run as JSON, anew after each run."),
  option(
    "resume",
    null,
    "Go on with the result in --output, with the same options as before: only what is missing there is run, a run that was " +
      "under way from where it was saved.",
  ),
  option(
    "checkpoint-every",
    "SECONDS",
    `With --output: how often a run under way is saved beside it, for --resume. Default: ${usualEveryMs / 1000}.`,
  ),
  option(
    "no-subnetwork",
    null,
    "Leave out of --output where each run's subnetwork sat and how far the weights moved; looking at it changes no result.",
  ),
  option("predictions", "DIR", "Write one TSV a run: index, label, prediction and logits of each dev row."),
  option("save", "DIR", "Write one Hugging Face folder a run; --model reads it again."),
  option("onnx", null, "Put a model.onnx into each folder of --save."),
  {
    ...option(
      "profile",
      "[FILE]",
      "Time the first run's first 20 steps: by kernel and phase on the GPU, and what the CPU takes to record them. FILE " +
        "is a trace to open at ui.perfetto.dev. Profiled steps wait for each other, so that run is slower.",
    ),
    optional: true,
  },
];

/** Reads outputOptions. Errors: bad-settings. */
export function readOutputRequest(given: Given): OutputRequest {
  if (given.has("onnx") && !given.has("save")) {
    throw wrongUsage("--onnx adds to what --save writes; give --save DIR as well.");
  }
  if (given.has("resume") && !given.has("output")) {
    throw wrongUsage("--resume goes on with what --output wrote; give --output FILE as well.");
  }
  const trace = given.get("profile") ?? "";
  return {
    output: given.get("output") ?? null,
    resume: given.has("resume"),
    checkpointEveryMs: everyMs(given.get("checkpoint-every")),
    watched: given.has("output") && !given.has("no-subnetwork"),
    predictions: given.get("predictions") ?? null,
    save: given.get("save") ?? null,
    onnx: given.has("onnx"),
    profile: given.has("profile"),
    trace: trace === "" ? null : trace,
  };
}

const mostSeconds = 86_400;

/** Errors: bad-settings, for what is no sensible number of seconds. */
function everyMs(text: string | undefined): number {
  if (text === undefined) return usualEveryMs;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= mostSeconds) return seconds * 1000;
  throw wrongUsage(`--checkpoint-every is "${text}"; wanted are seconds above 0, up to ${mostSeconds}.`);
}
