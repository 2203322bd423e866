import { expect, vi } from "vitest";
import { createApp } from "../../src/store/app.ts";
import type { App } from "../../src/store/app.ts";
import type { ResultStore } from "../../src/store/results/kept/result-store.ts";
import type { SettingsStorage } from "../../src/store/slot.ts";
import { createFakeTrainer } from "./fake-trainer.ts";
import type { FakeOptions, FakeTrainer } from "./fake-trainer.ts";

export const modelFiles = [{ path: "tiny/config.json", file: new Blob(["{}"]) }];
export const table = { path: "train.tsv", file: new Blob(["x"]) };

/** Opens where results are kept. */
export type OpenKept = () => Promise<ResultStore>;

/** An app over a fake engine. */
export interface Bench {
  readonly app: App;
  readonly trainer: FakeTrainer;
}

/** An app that knows what its engine offers. */
export async function bench(options: FakeOptions = {}, storage?: SettingsStorage, kept?: OpenKept): Promise<Bench> {
  const trainer = createFakeTrainer(options);
  const given = { ...(storage === undefined ? {} : { storage }), ...(kept === undefined ? {} : { openKept: kept }) };
  const app = createApp(trainer, { quietMs: 0, ...given });
  await app.actions.engine.connect();
  return { app, trainer };
}

/** An app in which Run may be pressed: three methods, two seeds. */
export async function ready(options: FakeOptions = {}, kept?: OpenKept): Promise<Bench> {
  const made = await bench(options, undefined, kept);
  await made.app.actions.model.load(modelFiles);
  await made.app.actions.data.load("train", [table]);
  await vi.waitFor(() => expect(made.app.store.getState().data.prepared).not.toBeNull());
  made.app.actions.settings.setSeeds("1, 2");
  return made;
}

/** Where errors are shown, and their codes. */
export function notices(app: App): string[] {
  return app.store.getState().notices.items.map((item) => `${item.place}: ${item.code}`);
}

/** The part of localStorage that is used, in memory. */
export function memory(): SettingsStorage & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return { kept, getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };
}

/** Holds the fake engine between two batches until a test lets it go on. */
export interface Gate {
  readonly pause: () => Promise<void>;
  /** Lets so many batches through. */
  readonly pass: (count: number) => void;
  /** Takes back what was let through ahead. */
  readonly shut: () => void;
}

/** A gate that is shut. */
export function gate(): Gate {
  const waiting: (() => void)[] = [];
  let free = 0;
  return {
    pause: () =>
      new Promise((resolve) => {
        if (free > 0) {
          free--;
          resolve();
        } else waiting.push(resolve);
      }),
    shut: () => {
      free = 0;
    },
    pass(count) {
      free += count;
      for (; free > 0 && waiting.length > 0; free--) waiting.shift()?.();
    },
  };
}
