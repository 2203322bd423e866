import { MantineProvider } from "@mantine/core";
import { renderToString } from "react-dom/server";
import type { ReactNode } from "react";
import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../src/core/errors.ts";
import { createApp } from "../../src/store/app.ts";
import type { App } from "../../src/store/app.ts";
import { AppContext } from "../../src/ui/app-context.ts";
import { HubTask } from "../../src/ui/setup/data/HubTask.tsx";
import { ModelPanel } from "../../src/ui/setup/model/ModelPanel.tsx";
import { StoragePanel } from "../../src/ui/setup/downloads/StoragePanel.tsx";
import { fakeCommit } from "../store/fake-hub.ts";
import type { FakeHubOptions } from "../store/fake-hub.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";

async function connected(hub: FakeHubOptions = {}): Promise<App> {
  const app = createApp(createFakeTrainer({ hub }), { quietMs: 0 });
  app.actions.view.change({ modelOrigin: "hub" });
  await app.actions.connect();
  await vi.waitFor(() => expect(app.store.getState().hub.memory).not.toEqual([]));
  return app;
}

/** A panel's words, tags taken out. */
function words(app: App, panel: ReactNode): string {
  const store = { ...app.store, getInitialState: app.store.getState };
  const page = (
    <AppContext value={{ ...app, store }}>
      <MantineProvider>{panel}</MantineProvider>
    </AppContext>
  );
  return renderToString(page)
    .replaceAll(/<(style|script)[^>]*>.*?<\/\1>/gs, "")
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");
}

const kept = [
  { kind: "model", id: "org/half", commit: fakeCommit, path: "model.safetensors", hash: null, sizeBytes: 5 * 2 ** 20, complete: false }, // prettier-ignore
  { kind: "model", id: "google/bert_uncased_L-2_H-128_A-2", commit: fakeCommit, path: "model.safetensors", hash: null, sizeBytes: 2 ** 20, complete: true }, // prettier-ignore
] as const;

describe("a model from the Hub", () => {
  it("is offered with weights and memory, and what is too large says so", async () => {
    const app = await connected({ kept });
    app.actions.hub.setModel("google-bert/bert-large-uncased");
    const text = words(app, <ModelPanel />);
    expect(text).toMatch(/BERT tiny, uncased , downloaded 4\.4 M ≤ 283 MiB/);
    expect(text).toMatch(/BERT large, uncased 335 M ≤ 7\.1 GiB , more than this device gives/);
    expect(text).toContain("This needs 7.4 GiB and the device gives 2 GiB");
    expect(text).toContain(
      "Vanilla takes 7.1 GiB. The same training in less memory, but more time: 5.3 GiB: 4 × 4 rows a step",
    );
    expect(text).toContain("org/half stopped after 5.0 MiB.");
    expect(text).not.toContain("google/bert_uncased_L-2_H-128_A-2 stopped");
  });

  it("shows how far it is, and its commit once it is loaded", async () => {
    const seen: string[] = [];
    const app = await connected();
    app.store.subscribe(() => seen.push(words(app, <ModelPanel />)));
    app.actions.hub.setModel("org/small", "v1");
    await app.actions.hub.downloadModel();
    expect(seen.some((text) => text.includes("3.4 MiB of 16.9 MiB · 2.0 MiB/s · 7 s left"))).toBe(true);
    expect(seen.some((text) => text.includes("The Hub asks to wait: too many requests."))).toBe(true);
    expect(words(app, <ModelPanel />)).toMatch(/From the Hub: org\/small , revision v1 , commit ffffffff/);
  });

  it("says in the engine's words why it did not come", async () => {
    const app = await connected({ failing: new AppError("no-access", "org/secret is gated.") });
    app.actions.hub.setModel("org/secret");
    await app.actions.hub.downloadModel();
    expect(words(app, <ModelPanel />)).toContain("org/secret is gated.");
  });
});

describe("a task from the Hub", () => {
  it("tells rows and size before anything is fetched", async () => {
    const app = await connected();
    app.actions.hub.setTask("pairs", "pairs/other.parquet");
    const text = words(app, <HubTask />);
    expect(text).toContain("2,490 rows to train on and 300 to score on: 640 KiB of Parquet.");
    expect(text).toContain("validation other");
  });
});

describe("the storage panel", () => {
  it("lists what is kept and what is not complete, with room and the Hub's address", async () => {
    const text = words(await connected({ kept }), <StoragePanel />);
    expect(text).toMatch(
      /Downloaded: 6\.0 MiB org\/half not complete Model, commit 01234567 , one file 5\.0 MiB Delete/,
    );
    expect(text).toContain("of the 11.2 GiB that the browser gives this page are in use");
    expect(text).toContain("Protect");
    expect(text).toContain("Delete all");
  });

  it("says when nothing is kept, and when nothing can be", async () => {
    const text = words(await connected({ refusal: "This browser gives no storage here" }), <StoragePanel />);
    expect(text).toContain("Nothing is downloaded yet");
    expect(text).toContain("This browser gives no storage here. Downloads stay in memory");
    expect(text).not.toContain("Protect");
  });
});
