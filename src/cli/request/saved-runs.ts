import { existsSync } from "node:fs";
import { mkdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent, RunRecord } from "../../contract/run.ts";
import { messageOf } from "../../core/errors.ts";
import { Checkpoints } from "../../experiment/running/checkpoints.ts";
import { openRunFile } from "../../experiment/running/run-file-reading.ts";
import { bytesOf, writeOutput } from "../output-file.ts";
import type { SavedResult } from "./saved-result.ts";

/**
 * The runs of a plan that are under way, each as a file in a folder beside the result: from there --resume goes on within a
 * run. The result is written before, so that it says of which plan, model and rows they are.
 */
export class SavedRuns {
  readonly checkpoints: Checkpoints;
  readonly #folder: string;
  readonly #saved: SavedResult;
  /** One thing after another; never rejects. */
  #working = Promise.resolve();
  #ended: string[] = [];

  /** `writeResult`: asks for the result to be written soon. */
  constructor(saved: SavedResult, everyMs: number, writeResult: () => void) {
    this.#saved = saved;
    this.#folder = `${saved.path}.runs`;
    this.checkpoints = new Checkpoints({
      everyMs,
      onSaved: ({ run, file }) => {
        writeResult();
        this.#next(async () => {
          await mkdir(this.#folder, { recursive: true });
          await writeOutput(this.#pathOf(run), await bytesOf(file));
        });
      },
    });
  }

  /** Takes up the runs that are to go on, or clears what is left of another experiment. Resolves with a line a run. */
  async begin(runs: readonly Pick<RunRecord, "id">[]): Promise<readonly string[]> {
    const { before } = this.#saved;
    if (before === null) await this.forget(runs);
    const completed = new Set(before?.runs.map(({ id }) => id));
    const lines: string[] = [];
    for (const { id } of runs) {
      const bytes = completed.has(id) ? null : await readFile(this.#pathOf(id)).catch(() => null);
      if (bytes === null) continue;
      const file = new Blob([bytes]);
      try {
        const { run, state } = await openRunFile(file, this.#pathOf(id));
        lines.push(`Run     ${id} goes on from step ${state.step} of ${run.stepCount}`);
        this.checkpoints.adopt(id, file);
      } catch (error) {
        lines.push(`Note    ${messageOf(error)}`);
      }
    }
    return lines;
  }

  /** Takes the file of a run away that has ended, once the result says so. One that was stopped may go on. */
  see(event: RunEvent): void {
    const resumable = event.kind === "ended" && (event.status === "stopped" || event.error?.code === "device-lost");
    if (event.kind === "ended" && !resumable) this.#ended.push(event.run);
    if (event.kind !== "summary") return;
    const ended = this.#ended.splice(0);
    this.#next(async () => {
      for (const id of ended) await rm(this.#pathOf(id), { force: true });
    });
  }

  /** Waits until all is written; where every run has completed, takes the folder away, and no file of anyone else's. */
  async finish(runs: readonly Pick<RunRecord, "id" | "status">[]): Promise<void> {
    await this.#working;
    if (runs.every(({ status }) => status === "completed")) await this.forget(runs);
  }

  async forget(runs: readonly Pick<RunRecord, "id">[]): Promise<void> {
    if (!existsSync(this.#folder)) return;
    for (const { id } of runs) await rm(this.#pathOf(id), { force: true });
    await rmdir(this.#folder).catch(() => {});
  }

  #next(work: () => Promise<void>): void {
    this.#working = this.#after(this.#working, work);
  }

  async #after(before: Promise<void>, work: () => Promise<void>): Promise<void> {
    await before;
    try {
      await this.#saved.settled();
      await work();
    } catch (error) {
      this.#saved.complain(error);
    }
  }

  #pathOf(id: string): string {
    return join(this.#folder, `${id}.safetensors`);
  }
}
