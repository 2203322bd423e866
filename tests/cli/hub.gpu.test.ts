import { spawn } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hubCache } from "../../src/cli/hub/hub-cache.ts";
import { describeDownload } from "../../src/cli/hub/hub-download.ts";
import { hubEnvironment, hubFetch } from "../../src/cli/hub/hub-environment.ts";
import { runDps } from "../../src/cli/program.ts";
import type { ExperimentResult } from "../../src/contract/run.ts";
import { openHubModel } from "../../src/models/hub/model.ts";
import { asked, bytesOf, failureIn, hasty, meansFor, modelOf, requestOf } from "../models/hub/downloads.ts";
import { gitHash, sha256, startHub } from "../models/hub/server.ts";
import type { GivenRepository, HubServer, ServedRepository } from "../models/hub/server.ts";
import { recordingTerminal } from "./recording-terminal.ts";
import { smallTable, writeSmallModel } from "./small-model.ts";

const folder = mkdtempSync(join(tmpdir(), "dps-hub-"));
const at = (...names: string[]): string => join(folder, ...names);
let hub: HubServer;
let small: ServedRepository;

beforeAll(async () => {
  hub = await startHub();
  await writeSmallModel(at("model"));
  writeFileSync(at("train.tsv"), smallTable(20));
  const names = readdirSync(at("model"));
  const files: GivenRepository["files"] = Object.fromEntries(
    names.map((name) => [name, new Uint8Array(readFileSync(at("model", name)))]),
  );
  small = hub.put({ id: "org/small", files, revisions: ["main", "v1"] });
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  hub.requests.length = 0;
  hub.faults.length = 0;
  vi.stubEnv("HF_ENDPOINT", `${hub.url}/`);
  vi.stubEnv("HF_HOME", at("home"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(at("home"), { recursive: true, force: true });
});

async function dps(...argv: string[]) {
  const terminal = recordingTerminal();
  const code = await runDps(argv, terminal);
  return { code, text: terminal.lines.join("\n"), errors: terminal.errors.join("\n") };
}
const run = ["--train", at("train.tsv"), "--steps", "1", "--batch-size", "4", "--output", at("out.json")];
const finetune = async (model: string, ...more: string[]) => await dps("finetune", "--model", model, ...run, ...more);

describe("dps finetune --model ID", () => {
  test("fetches, keeps as Python does, notes the commit, and works again without a network", async () => {
    const first = await finetune("org/small");
    expect(first.errors).toBe("");
    expect(first.code).toBe(0);
    expect(first.text).toContain(
      `Hub     org/small main, commit ${small.commit.slice(0, 12)}, kept in ${at("home", "hub")}`,
    );
    const result: ExperimentResult = JSON.parse(readFileSync(at("out.json"), "utf8"));
    const source = { kind: "hub", id: "org/small", revision: "main", commit: small.commit };
    expect(result.config.model).toMatchObject({ name: "small", source });

    const home = at("home", "hub", "models--org--small");
    expect(readFileSync(join(home, "refs", "main"), "utf8")).toBe(small.commit);
    const weights = small.files.get("model.safetensors")?.bytes ?? new Uint8Array(0);
    const link = join(home, "snapshots", small.commit, "model.safetensors");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(link).equals(weights)).toBe(true);
    const config = small.files.get("config.json")?.bytes ?? new Uint8Array(0);
    expect(readdirSync(join(home, "blobs"))).toEqual(expect.arrayContaining([sha256(weights), gitHash(config)]));

    hub.requests.length = 0;
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    const second = await finetune("org/small");
    expect(second.code).toBe(0);
    expect(second.text).toContain("Hub     The Hub was not asked, as was wished. What is kept is used.");
    expect(hub.requests).toEqual([]);
    vi.stubEnv("HF_HUB_OFFLINE", "0");
    vi.stubEnv("HF_ENDPOINT", "http://127.0.0.1:9");
    const third = await finetune("org/small");
    expect(third.code).toBe(0);
    expect(third.text).toMatch(
      /Hub {5}The Hub at http:\/\/127\.0\.0\.1:9 cannot be reached \(.+\)\. What is kept is used\./,
    );
  });

  test("takes a tag, and says where it does not belong", async () => {
    const { text } = await finetune("org/small", "--revision", "v1");
    expect(text).toContain("Hub     org/small v1, commit ");
    const local = await finetune(at("model"), "--revision", "v1");
    expect(local.code).toBe(2);
    expect(local.errors).toMatch(/--revision is for a model of the Hub, but --model .* is a file or folder here/);
    const paths = ["--model", at("model"), "--text", "x", "--output", at("adapted")];
    const pretrain = await dps("pretrain", ...paths, "--revision", "v1");
    expect(pretrain).toMatchObject({
      code: 2,
      errors: expect.stringContaining("--revision is for a model of the Hub"),
    });
  });

  test("says both where there is neither folder nor model", async () => {
    const missing = await finetune("org/nothing");
    expect(missing.code).toBe(1);
    expect(missing.errors).toMatch(/does not know the model org\/nothing.*There is no folder org\/nothing here either/);
    const path = await finetune("./models/nothing");
    expect(path.code).toBe(2);
    expect(path.errors).toMatch(/no folder or \.zip \.\/models\/nothing, and it is no id of the Hub either/);
    expect(hub.requests).toHaveLength(1);
  });

  test("says both where a folder without a model stands in the way of an id", async () => {
    // Read from the current folder, as anybody would type it.
    const code = await finetune("tests/cli");
    expect(code).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/tests\/cli is a folder here, without a config/),
    });
    expect(hub.requests).toEqual([]);
  });

  test("tells of a gated model; HF_TOKEN opens it and is shown to the Hub alone", async () => {
    hub.put({ ...modelOf("org/gated"), gated: true });
    expect(await finetune("org/gated")).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/gated.*set HF_TOKEN/),
    });
    hub.requests.length = 0;
    const environment = hubEnvironment({ HF_ENDPOINT: hub.url, HF_TOKEN: "hf_secret" });
    const means = meansFor({ fetch: hubFetch(environment) });
    await openHubModel(requestOf(hub, "org/gated"), means, () => {});
    const shown = hub.requests.map(({ server, authorization }) => `${server} ${authorization ?? "nothing"}`);
    expect(shown.filter((line) => line.startsWith("hub"))).toEqual(Array(4).fill("hub Bearer hf_secret"));
    expect(shown.filter((line) => line.startsWith("storage"))).toEqual(["storage nothing"]);
  });

  test("Ctrl+C ends it with 130 and keeps what came; the next start goes on there", async () => {
    const storage = { path: "/repos/org/small/", at: "storage" } as const;
    hub.faults.push({ ...storage, times: 1, does: { kind: "slow", chunkBytes: 30_000, pauseMs: 60_000 } });
    const program = fileURLToPath(new URL("../../src/cli/dps.mjs", import.meta.url));
    const child = spawn(process.execPath, [program, "finetune", "--model", "org/small", ...run], { env: process.env });
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    let errors = "";
    child.stderr.on("data", (data) => (errors += String(data)));
    const blobs = at("home", "hub", "models--org--small", "blobs");
    const begun = (): boolean =>
      existsSync(blobs) &&
      readdirSync(blobs).some((name) => name.endsWith(".incomplete") && statSync(join(blobs, name)).size === 30_000);
    await vi.waitUntil(begun, { timeout: 100_000, interval: 100 });
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(errors).toMatch(/The download was cancelled; what came is kept/);
    hub.requests.length = 0;
    expect((await finetune("org/small")).code).toBe(0);
    expect(asked(hub.requests, "/repos/")).toEqual(["storage bytes=30000-"]);
    expect(readdirSync(blobs).filter((name) => name.includes(".incomplete"))).toEqual([]);
  }, 120_000);
});

describe("two terminals at once on a fresh cache", () => {
  const program = fileURLToPath(new URL("../../src/cli/dps.mjs", import.meta.url));
  async function started(output: string) {
    const words = ["--train", at("train.tsv"), "--steps", "1", "--batch-size", "4", "--output", at(output)];
    const child = spawn(process.execPath, [program, "finetune", "--model", "org/small", ...words], {
      env: process.env,
    });
    let text = "";
    child.stderr.on("data", (data) => (text += String(data)));
    const code = await new Promise((resolve) => child.on("close", resolve));
    // The driver has its own to say.
    return { code, errors: text.replace(/^Warning: .*\n/gm, "") };
  }

  test("both load, each of seven times", async () => {
    await finetune("org/small");
    for (let pair = 0; pair < 7; pair++) {
      rmSync(at("home"), { recursive: true });
      const both = await Promise.all([started("one.json"), started("other.json")]);
      expect(both).toEqual([
        { code: 0, errors: "" },
        { code: 0, errors: "" },
      ]);
    }
  }, 240_000);

  test("with one --output, the second is told so and the first is not disturbed", async () => {
    // Both have the model at hand, so that the first is training when the second comes.
    await finetune("org/small");
    const both = await Promise.all([started("same.json"), started("same.json")]);
    const refusal = expect.stringMatching(/^dps: --output: another dps is writing .*same\.json \(process \d+ on /);
    expect(both).toEqual(
      expect.arrayContaining([
        { code: 0, errors: "" },
        { code: 1, errors: refusal },
      ]),
    );
    expect(existsSync(at("same.json.lock"))).toBe(false);
    expect(JSON.parse(readFileSync(at("same.json"), "utf8"))).toMatchObject({ runs: [{ status: "completed" }] });
  });
});

describe("the cache folder", () => {
  const weights = bytesOf(50_000, 9);
  const config = Buffer.from("{}");

  /** As huggingface_hub leaves it, with links or, as on Windows, without. */
  function writeAsPython(id: string, commit: string, links: boolean): void {
    const home = at("home", "hub", `models--${id.replace("/", "--")}`);
    const snapshot = join(home, "snapshots", commit);
    for (const part of ["blobs", "refs", "snapshots"]) mkdirSync(join(home, part), { recursive: true });
    mkdirSync(snapshot);
    writeFileSync(join(home, "refs", "main"), commit);
    const files = { "config.json": config, "vocab.txt": Buffer.from("x"), "model.safetensors": Buffer.from(weights) };
    for (const [name, bytes] of Object.entries(files)) {
      const hash = name === "model.safetensors" ? sha256(bytes) : gitHash(bytes);
      writeFileSync(links ? join(home, "blobs", hash) : join(snapshot, name), bytes);
      if (links) symlinkSync(`../../blobs/${hash}`, join(snapshot, name));
    }
  }

  test.each([true, false])("that Python filled is used (links: %s)", async (links) => {
    const { commit } = hub.put({
      id: "org/python",
      files: { "config.json": "{}", "vocab.txt": "x", "model.safetensors": weights },
    });
    writeAsPython("org/python", commit, links);
    const store = hubCache(at("home", "hub"));
    await openHubModel(requestOf(hub, "org/python"), meansFor({ store }), () => {});
    expect(hub.requests).toHaveLength(1);
    const model = await openHubModel(requestOf(hub, "org/python"), meansFor({ store, offline: true }), () => {});
    expect(model.files).toHaveLength(3);
    const kept = await store.list();
    expect(kept.map(({ id, path, sizeBytes }) => `${id} ${path} ${sizeBytes}`).sort()).toEqual([
      "org/python config.json 2",
      "org/python model.safetensors 50000",
      "org/python vocab.txt 1",
    ]);
    expect(kept.every(({ hash }) => (hash !== null) === links)).toBe(true);
  });

  test("that holds what Python began goes on with it", async () => {
    hub.put({ id: "org/begun", files: { "config.json": "{}", "vocab.txt": "x", "model.safetensors": weights } });
    const blobs = at("home", "hub", "models--org--begun", "blobs");
    mkdirSync(blobs, { recursive: true });
    writeFileSync(join(blobs, `${sha256(weights)}.incomplete`), weights.subarray(0, 20_000));
    const means = meansFor({ store: hubCache(at("home", "hub")) });
    await openHubModel(requestOf(hub, "org/begun"), means, () => {});
    expect(asked(hub.requests, "/repos/")).toEqual(["storage bytes=20000-"]);
    expect(readdirSync(blobs)).toContain(sha256(weights));
  });

  test("keeps its drafts over a cut, drops wrong bytes, and shares content between commits", async () => {
    const id = "org/cut";
    hub.put(modelOf(id, weights));
    hub.faults.push({ path: "/repos/", at: "storage", does: { kind: "cut", afterBytes: 20_000 } });
    const store = hubCache(at("home", "hub"));
    const once = { patience: { ...hasty, attempts: 1 } };
    const open = async () => await openHubModel(requestOf(hub, id), meansFor({ store, ...once }), () => {});
    expect((await failureIn(open())).message).toMatch(/after 20000 of 50000 bytes/);
    hub.faults.splice(0, 1, { path: "/repos/", at: "storage", does: { kind: "wrong bytes" } });
    expect((await failureIn(open())).message).toMatch(/its hash is wrong. It was dropped/);
    const blobs = at("home", "hub", "models--org--cut", "blobs");
    expect(readdirSync(blobs).filter((name) => name.startsWith(sha256(weights)))).toEqual([]);
    hub.faults.length = 0;
    const first = await open();
    hub.put({ id, commit: "d".repeat(40), files: modelOf(id, weights).files });
    hub.requests.length = 0;
    const second = await open();
    expect(second.source.commit).not.toBe(first.source.commit);
    expect(hub.requests).toHaveLength(1);
    const kept = await store.list({ kind: "model", id });
    expect(kept).toHaveLength(6);
    // A file goes; its content stays for the other commit, until that goes as well.
    for (const file of kept.filter(({ path }) => path === "model.safetensors")) {
      expect(existsSync(join(blobs, sha256(weights)))).toBe(true);
      await store.remove(file);
    }
    expect(existsSync(join(blobs, sha256(weights)))).toBe(false);
    expect(await store.list({ kind: "model", id })).toHaveLength(4);
  });

  test("that cannot be written says so", async () => {
    writeFileSync(at("home"), "a file where the folder should be");
    const means = meansFor({ store: hubCache(at("home", "hub")) });
    const { code, message } = await failureIn(openHubModel(requestOf(hub, "org/small"), means, () => {}));
    expect(code).toBe("no-space");
    expect(message).toMatch(/Downloads cannot be kept in .*home\/hub: .* set HF_HUB_CACHE to another folder/);
  });
});

test("the environment is read as huggingface_hub reads it", () => {
  const cacheOf = (variables: Record<string, string>): string => hubEnvironment(variables).cache;
  expect(cacheOf({ HF_HOME: "/a" })).toBe(join("/a", "hub"));
  expect(cacheOf({ HF_HOME: "/a", HF_HUB_CACHE: "/b" })).toBe("/b");
  expect(cacheOf({ XDG_CACHE_HOME: "/c" })).toBe(join("/c", "huggingface", "hub"));
  expect(cacheOf({})).toMatch(/\.cache.huggingface.hub$/);
  expect(hubEnvironment({})).toMatchObject({ hub: "https://huggingface.co", offline: false, token: null });
  expect(hubEnvironment({ HF_HUB_OFFLINE: "true", HF_ENDPOINT: "https://mirror.example/" })).toMatchObject({
    hub: "https://mirror.example",
    offline: true,
  });
  expect(() => hubEnvironment({ HF_ENDPOINT: "mirror" })).toThrow(/is no address of a Hub/);
});

test("progress on one line", () => {
  const progress = {
    phase: "fetching",
    file: "model.safetensors",
    doneBytes: 5 * 2 ** 20,
    totalBytes: 20 * 2 ** 20,
    bytesPerSecond: 2 ** 20,
    secondsLeft: 15,
    note: null,
  } as const;
  expect(describeDownload(progress)).toBe(
    "[#####...............] model.safetensors  5.0/20.0 MiB  1.0 MiB/s  15 s left",
  );
  expect(describeDownload({ ...progress, phase: "asking", totalBytes: 0 })).toBe("Asking the Hub");
});
