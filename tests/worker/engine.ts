import type { ExperimentPlan, RunEvent } from "../../src/contract/run.ts";
import { connectTrainer } from "../../src/worker/client.ts";
import type { Trainer } from "../../src/worker/client.ts";
import { createTrainer } from "../../src/worker/trainer.ts";
import { anyChoice, tinyLength } from "../experiment/refusal.ts";
import { watchedGpu } from "../gpu/watched-gpu.ts";
import type { Claims } from "../gpu/watched-gpu.ts";
import type { FolderFile } from "../../src/models/folder.ts";
import { rteTable, tinyFolder } from "../models/tiny-folder.ts";
import { ChannelWorker } from "./channel-worker.ts";

/** The real engine behind the page's client, over a channel in place of a thread. */
export interface ConnectedEngine {
  readonly trainer: Trainer;
  /** All devices that the engine opened, the latest last. */
  readonly devices: readonly GPUDevice[];
  /** Loads a model, the tiny BERT where none is given, and an RTE-like train and dev table, and prepares them. */
  load(model?: readonly FolderFile[]): Promise<void>;
  close(): void;
}

/** Connects an engine on Dawn. */
export function connectEngine(claims: Claims = {}): ConnectedEngine {
  const { gpu, devices } = watchedGpu(claims);
  const trainer = connectTrainer(() => new ChannelWorker(createTrainer(gpu)));
  return {
    trainer,
    devices,
    async load(model = tinyFolder()) {
      await trainer.loadModel(model);
      await trainer.loadTable("train", { path: "train.tsv", file: new Blob([rteTable(16)]) });
      await trainer.loadTable("dev", { path: "dev.tsv", file: new Blob([rteTable(6)]) });
      await trainer.prepareData(anyChoice, tinyLength);
    },
    close() {
      trainer.restart();
      for (const device of devices) device.destroy();
    },
  };
}

/** A plan of methods and seeds over the tiny data; dropout off, four steps, stages of two. */
export function tinyPlan(
  methods: readonly string[],
  seeds: readonly number[],
  training: Readonly<Record<string, number>> = {},
): ExperimentPlan {
  return {
    methods: methods.map((id) => ({
      id,
      values: { dropout: 0, ...(id.startsWith("dps-") ? { updateRatio: 0.5 } : {}) },
    })),
    seeds,
    grid: [],
    order: "sequential",
    training: { steps: 4, batchSize: 4, maxLength: tinyLength, learningRate: 1e-3, warmupRatio: 0, ...training },
  };
}

/** Gathers events, and lets a test wait for one. */
export class EventLog {
  readonly batches: (readonly RunEvent[])[] = [];
  readonly #waiting = new Set<() => void>();

  readonly take = (events: readonly RunEvent[]): void => {
    this.batches.push(events);
    for (const look of this.#waiting) look();
  };

  get events(): readonly RunEvent[] {
    return this.batches.flat();
  }

  /** Steps told of so far, over all runs. */
  get stepCount(): number {
    return this.events.reduce((count, event) => count + (event.kind === "steps" ? event.steps.length : 0), 0);
  }

  /** Resolves once the condition holds; looks at every batch. */
  async until(holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}
