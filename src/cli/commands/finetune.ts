import { catalog } from "../../experiment/catalog.ts";
import type { Command } from "../command.ts";
import { finetuneOptions, readRequest } from "../request/request.ts";
import { runPlan } from "../request/run-plan.ts";

/** `dps finetune`: methods x seeds over one model and one data set. */
export const finetune: Command = {
  name: "finetune",
  summary: "Fine-tune a model with one or more methods and seeds, and compare them.",
  usage: "dps finetune --model DIR|ID --train FILE [--dev FILE] [--methods A,B] [--seeds LIST] [options]",
  options: () => finetuneOptions(catalog()),
  async run(given, terminal) {
    return (await runPlan(readRequest(given, catalog()), terminal)).exitCode;
  },
};
