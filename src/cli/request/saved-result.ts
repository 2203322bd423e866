import { existsSync } from "node:fs";
import { mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { writeResult } from "../../analysis/result-text.ts";
import { changesOfPlan, missingToGrow } from "../../contract/growing.ts";
import type { ConfigRecord, ExperimentResult, RunRecord } from "../../contract/run.ts";
import { messageOf } from "../../core/errors.ts";
import { KeptSubnetworks } from "../../experiment/trained/kept-subnetworks.ts";
import { kindOf, openResultPath } from "../files.ts";
import { wrongUsage } from "../options.ts";
import { writeOutput } from "../output-file.ts";
import type { OutputRequest } from "./output-request.ts";
import type { Terminal } from "../terminal.ts";

/** What --output asks for; null without it. Errors: bad-settings and too-large, for a file that cannot be gone on with. */
export async function openSaved(
  { output, resume }: Pick<OutputRequest, "output" | "resume">,
  terminal: Terminal,
): Promise<SavedResult | null> {
  if (output === null) return null;
  const kind = await kindOf(output);
  if (!resume) {
    if (kind === "file") terminal.line(`Note    ${output} will be replaced; --resume would go on with it.`);
    return new SavedResult(output, terminal, null);
  }
  if (kind === "missing") {
    terminal.line(`Note    There is no ${output} to go on with, so every run is run.`);
    return new SavedResult(output, terminal, null);
  }
  const result = await openResultPath("output", output);
  const runs = result.runs.filter(({ status }) => status === "completed");
  terminal.line(`Going on with ${output}: ${runs.length} of its ${result.runs.length} runs are complete.`);
  return new SavedResult(output, terminal, { ...result, runs });
}

/**
 * The result of a plan on disk: written after each run, so that whatever ends the program takes no finished run with it.
 * While runs are missing, a folder beside it holds each run's last selection, for the overlaps with the runs to come.
 */
export class SavedResult {
  /** What there was, with the runs that completed; null where all are to be run. */
  before: ExperimentResult | null;
  readonly kept = new KeptSubnetworks({ inspected: false });
  readonly path: string;
  readonly #terminal: Terminal;
  #wanted: (() => ExperimentResult) | null = null;
  #writing: Promise<void> | null = null;
  #complaint = "";

  constructor(path: string, terminal: Terminal, before: ExperimentResult | null) {
    this.path = path;
    this.#terminal = terminal;
    this.before = before;
  }

  /** Whether the earlier runs were looked at; undefined where there are none. */
  get watched(): boolean | undefined {
    const run = this.before?.runs[0];
    return run === undefined ? undefined : run.subnetwork !== null;
  }

  /**
   * Before the first run: takes up what the earlier ones select, or clears what is left of another experiment. Errors:
   * bad-settings, where what is to be run is not what was begun.
   */
  async begin(config: ConfigRecord, runs: readonly Pick<RunRecord, "id">[]): Promise<void> {
    if (this.before === null) return await this.#forget(runs);
    this.#check(this.before.config, config);
    const planned = new Set(runs.map(({ id }) => id));
    this.before = { ...this.before, runs: this.before.runs.filter(({ id }) => planned.has(id)) };
    for (const run of this.before.runs) {
      const bytes = await readFile(this.#maskPath(run)).catch(() => null);
      if (bytes !== null) this.kept.adopt(run, bytes);
    }
  }

  #check(before: ConfigRecord, now: ConfigRecord): void {
    const advice = `Give the options that ${this.path} was begun with, or another --output.`;
    const [change] = changesOfPlan(before.plan, now.plan);
    if (change !== undefined) throw wrongUsage(`--resume: the plan is another than before: ${change}. ${advice}`);
    const [missing] = missingToGrow(before, now);
    if (missing !== undefined) throw wrongUsage(`--resume: ${missing}. ${advice}`);
  }

  /** Writes soon, at most one file at a time; training does not wait for it. What goes wrong is said once. */
  later(result: () => ExperimentResult): void {
    this.#wanted = result;
    this.#writing ??= this.#writeWanted();
  }

  async #writeWanted(): Promise<void> {
    while (this.#wanted !== null) {
      const result = this.#wanted();
      this.#wanted = null;
      await writeOutput(this.path, writeResult(result)).catch((error: unknown) => this.complain(error));
    }
    this.#writing = null;
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  /** Says what could not be written; the same once. */
  complain(error: unknown): void {
    const complaint = `${messageOf(error)} Training goes on; the result is tried again after the next run.`;
    if (complaint !== this.#complaint) this.#terminal.complain(complaint);
    this.#complaint = complaint;
  }

  /** Keeps what a completed run selects until all have. */
  async keepMasks(run: RunRecord): Promise<void> {
    const masks = this.kept.lastMasks(run.id);
    if (masks === null) return;
    try {
      await mkdir(this.#maskFolder, { recursive: true });
      await writeOutput(this.#maskPath(run), masks);
    } catch (error) {
      this.complain(error);
    }
  }

  /** Writes the whole. Errors: no-space, no-access. */
  async finish(result: ExperimentResult): Promise<void> {
    await this.#writing;
    await writeOutput(this.path, writeResult(result));
    this.#terminal.line(`Wrote ${this.path}`);
    if (result.runs.every(({ status }) => status === "completed")) await this.#forget(result.runs);
  }

  /** Takes away what was kept of the runs' selections, and no file of anyone else's. */
  async #forget(runs: readonly Pick<RunRecord, "id">[]): Promise<void> {
    if (!existsSync(this.#maskFolder)) return;
    for (const run of runs) await rm(this.#maskPath(run), { force: true });
    await rmdir(this.#maskFolder).catch(() => {});
  }

  get #maskFolder(): string {
    return `${this.path}.masks`;
  }

  #maskPath({ id }: Pick<RunRecord, "id">): string {
    return join(this.#maskFolder, `${id}.bits`);
  }
}
