import { failureOf } from "../core/errors.ts";
import { bundle } from "./commands/bundle.ts";
import { exitCodes, type Command } from "./command.ts";
import { difference } from "./commands/difference.ts";
import { devices } from "./commands/devices.ts";
import { experiment } from "./commands/experiment.ts";
import { findRateCommand } from "./commands/find-rate.ts";
import { finetune } from "./commands/finetune.ts";
import { optionHelp, wrap } from "./help.ts";
import { readOptions, wrongUsage, type Option } from "./options.ts";
import { models } from "./commands/models.ts";
import { predict } from "./commands/predict.ts";
import { pretrain } from "./commands/pretrain.ts";
import { replay } from "./commands/replay.ts";
import { report } from "./commands/report.ts";
import { adviceFor } from "./suggest.ts";
import type { Terminal } from "./terminal.ts";

const commands: readonly Command[] = [
  finetune,
  experiment,
  predict,
  report,
  findRateCommand,
  pretrain,
  bundle,
  difference,
  replay,
  models,
  devices,
];

const helpOption: Option = { name: "help", value: null, help: "Show this.", group: "Help" };

/**
 * The whole program: finds the command, reads its options, runs it, prints what went wrong. Resolves with the exit code:
 * 0 when every run completed, 1 when one failed, 2 for wrong usage, 130 after Ctrl+C.
 */
export async function runDps(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await dispatch(argv, terminal);
  } catch (thrown) {
    const { code, message } = failureOf(thrown);
    terminal.status("");
    terminal.complain(`dps: ${message}`);
    if (code === "bug") terminal.complain("This is an error of the program, not yours.");
    if (code === "stopped") return exitCodes.interrupted;
    return code === "bad-settings" ? exitCodes.misused : exitCodes.failed;
  }
}

async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [word, ...rest] = argv;
  if (word === undefined || word === "--help" || word === "-h" || word === "help") {
    for (const line of programHelp()) terminal.line(line);
    return word === undefined ? exitCodes.misused : exitCodes.done;
  }
  const command = commands.find(({ name }) => name === word);
  if (command === undefined) throw unknownCommand(word);
  if (rest.includes("--help") || rest.includes("-h")) {
    for (const line of commandHelp(command, terminal.width ?? 100)) terminal.line(line);
    return exitCodes.done;
  }
  return await command.run(readOptions(rest, command.options()), terminal);
}

function unknownCommand(word: string): Error {
  const names = commands.map(({ name }) => name);
  return wrongUsage(`There is no command "${word}". ${adviceFor(word, names, "dps --help lists the commands.")}`);
}

function programHelp(): readonly string[] {
  return [
    "dps: fine-tune a pre-trained BERT on your own GPU, and see whether a fine-tuning method helps.",
    "",
    "Usage: dps COMMAND [options]",
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`),
    "",
    "dps COMMAND --help shows the options of a command.",
  ];
}

function commandHelp(command: Command, width: number): readonly string[] {
  const usable = Math.max(40, Math.min(width, 100));
  const options = [...command.options(), helpOption];
  return [`Usage: ${command.usage}`, "", ...wrap(command.summary, usable), ...optionHelp(options, usable)];
}
