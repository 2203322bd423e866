import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hubCache } from "../../../src/cli/hub/hub-cache.ts";
import { openHubModel } from "../../../src/models/hub/model.ts";
import { bytesOf, meansFor, modelOf, requestOf } from "../../models/hub/downloads.ts";
import { sha256, startHub, type HubServer } from "../../models/hub/server.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-cache-"));
const weights = bytesOf(400_000, 3);
let hub: HubServer;
let round = 0;
let cache: string;
beforeAll(async () => {
  hub = await startHub();
  hub.put(modelOf("org/pair", weights));
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  cache = join(folder, `cache${(round += 1)}`);
});

/** Loads the model as a program of its own does, and reads what it was given. */
async function load(): Promise<string> {
  const { files } = await openHubModel(requestOf(hub, "org/pair"), meansFor({ store: hubCache(cache) }), () => {});
  const found = files.find(({ path }) => path.endsWith("model.safetensors"));
  return sha256(new Uint8Array((await found?.file.arrayBuffer()) ?? new ArrayBuffer(0)));
}

const home = (): string => join(cache, "models--org--pair");

/** What lies in the cache is whole: three files, each a link to its content, and nothing beside. */
function expectWhole(): void {
  const [commit = ""] = readdirSync(join(home(), "snapshots"));
  const snapshot = join(home(), "snapshots", commit);
  const names = readdirSync(snapshot);
  expect(names.sort()).toEqual(["config.json", "model.safetensors", "vocab.txt"]);
  for (const name of names) expect(lstatSync(join(snapshot, name)).isSymbolicLink()).toBe(true);
  expect(sha256(readFileSync(join(snapshot, "model.safetensors")))).toBe(sha256(weights));
  expect(readdirSync(join(home(), "blobs"))).toHaveLength(3);
  expect(readdirSync(join(home(), "refs"))).toEqual(["main"]);
}

describe("a fresh cache folder", () => {
  test.each(Array.from({ length: 12 }, (_, index) => index + 2))("is filled by %i at once", async (count) => {
    const loads = await Promise.all(Array.from({ length: count }, load));
    expect(loads).toEqual(Array(count).fill(sha256(weights)));
    expectWhole();
  });

  test("is filled while another program holds a draft, without touching it", async () => {
    const blobs = join(home(), "blobs");
    await load();
    rmSync(join(blobs, sha256(weights)));
    const draft = join(blobs, `${sha256(weights)}.incomplete`);
    writeFileSync(draft, weights.subarray(0, 1000));
    const lock = JSON.stringify({ pid: process.ppid, host: hostname() });
    writeFileSync(`${draft}.lock`, lock);
    expect(await load()).toBe(sha256(weights));
    expect(readFileSync(draft)).toHaveLength(1000);
    expect(readFileSync(`${draft}.lock`, "utf8")).toBe(lock);
    rmSync(draft);
    rmSync(`${draft}.lock`);
    expectWhole();
    expect(existsSync(draft)).toBe(false);
  });
});
