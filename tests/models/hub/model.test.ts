import { afterAll, beforeAll, expect, test } from "vitest";
import type { DownloadProgress } from "../../../src/contract/hub.ts";
import { memoryStore } from "../../../src/models/hub/memory-store.ts";
import { openHubModel } from "../../../src/models/hub/model.ts";
import { startHub } from "./server.ts";
import type { HubServer } from "./server.ts";

let hub: HubServer;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(async () => await hub.close());

const weights = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);

test("a model comes whole, with its commit, small files first", async () => {
  const { commit } = hub.put({
    id: "org/small",
    files: { "README.md": "hello", "model.safetensors": weights, "vocab.txt": "[PAD]\n", "config.json": "{}" },
  });
  const seen: DownloadProgress[] = [];
  const means = {
    store: memoryStore(),
    fetch,
    signal: new AbortController().signal,
    onProgress: (progress: DownloadProgress) => seen.push(progress),
  };
  const model = await openHubModel({ hub: hub.url, id: "org/small", revision: "main" }, means, () => {});
  expect(model).toMatchObject({ source: { kind: "hub", id: "org/small", revision: "main", commit }, offline: null });
  expect(model.files.map(({ path }) => path)).toEqual([
    "small/config.json",
    "small/vocab.txt",
    "small/model.safetensors",
  ]);
  expect(new Uint8Array((await model.files[2]?.file.arrayBuffer()) ?? [])).toEqual(weights);
  expect(seen.at(-1)).toMatchObject({ doneBytes: 100_008, totalBytes: 100_008 });
});
