import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { AppError } from "../../../src/core/errors.ts";
import { openHubModel } from "../../../src/models/hub/model.ts";
import { openRepository } from "../../../src/models/hub/repository.ts";
import { modelOf as openConfig } from "../../../src/nn/families/index.ts";
import { baseConfigs } from "../../nn/families/base-configs.ts";
import { asked, bytesOf, failureIn, meansFor, modelOf, requestOf } from "./downloads.ts";
import { startHub } from "./server.ts";
import type { HubServer } from "./server.ts";

let hub: HubServer;

beforeAll(async () => {
  hub = await startHub();
});
afterAll(async () => await hub.close());
beforeEach(() => {
  hub.requests.length = 0;
  hub.faults.length = 0;
});

const open = async (id: string, means = meansFor(), revision = "main") =>
  await openHubModel(requestOf(hub, id, revision), means, () => {});

describe("a model", () => {
  test("comes whole, with its commit, small files first and only those that are needed", async () => {
    const { commit, files } = hub.put({
      id: "org/whole",
      files: {
        "README.md": "hello",
        "tf_model.h5": bytesOf(50_000, 1),
        "pytorch_model.bin": bytesOf(50_000, 2),
        "model.safetensors": bytesOf(50_000, 3),
        "vocab.txt": "[PAD]\n",
        "tokenizer.json": "{}",
        "tokenizer_config.json": "{ }",
        "config.json": "{  }",
      },
    });
    const means = meansFor();
    const model = await open("org/whole", means);
    expect(model.source).toEqual({ kind: "hub", id: "org/whole", revision: "main", commit });
    expect(model.offline).toBeNull();
    const names = ["config.json", "tokenizer_config.json", "tokenizer.json", "model.safetensors"];
    expect(model.files.map(({ path }) => path)).toEqual(names.map((path) => `whole/${path}`));
    for (const { path, file } of model.files) {
      const served = files.get(path.replace("whole/", ""))?.bytes;
      expect(Buffer.from(await file.arrayBuffer()).equals(served ?? new Uint8Array(0))).toBe(true);
    }
    const sizeBytes = 50_000 + 4 + 3 + 2;
    expect(means.seen.at(-1)).toMatchObject({ doneBytes: sizeBytes, totalBytes: sizeBytes });
    expect(means.seen[0]).toMatchObject({ phase: "asking", file: null });
  });

  test("with a byte-level BPE comes with both of its files, and with one of them does not", async () => {
    const rest = { "config.json": "{}", "model.safetensors": bytesOf(20_000) };
    hub.put({ id: "bpe", files: { ...rest, "vocab.json": "{}", "merges.txt": "a b" } });
    const names = ["config.json", "vocab.json", "merges.txt", "model.safetensors"];
    expect((await open("bpe")).files.map(({ path }) => path)).toEqual(names.map((name) => `bpe/${name}`));
    hub.put({ id: "half", files: { ...rest, "vocab.json": "{}" } });
    expect((await failureIn(open("half"))).message).toMatch(
      /nor vocab\.json \+ merges\.txt nor spm\.model, which hold the tokenizer/,
    );
  });

  test("with an spm.model comes with it; with XLM-RoBERTa's own vocabulary alone it is refused, asking for tokenizer.json", async () => {
    const rest = { "config.json": "{}", "model.safetensors": bytesOf(20_000) };
    hub.put({ id: "pieces", files: { ...rest, "spm.model": "x" } });
    const names = ["config.json", "spm.model", "model.safetensors"];
    expect((await open("pieces")).files.map(({ path }) => path)).toEqual(names.map((name) => `pieces/${name}`));
    hub.put({ id: "fairseq", files: { ...rest, "sentencepiece.bpe.model": "x" } });
    const { message } = await failureIn(open("fairseq"));
    expect(message).toMatch(
      /neither tokenizer\.json .* sentencepiece\.bpe\.model is a vocabulary .* writes a tokenizer\.json of it/,
    );
  });

  test("with vocab.txt and pytorch_model.bin alone does as well", async () => {
    hub.put({ id: "old", files: { "config.json": "{}", "vocab.txt": "x", "pytorch_model.bin": bytesOf(20_000) } });
    const { files } = await open("old");
    expect(files.map(({ path }) => path)).toEqual(["old/config.json", "old/vocab.txt", "old/pytorch_model.bin"]);
  });

  test("that was renamed is found under its old id", async () => {
    hub.put(modelOf("new-org/renamed"));
    hub.rename("renamed", "new-org/renamed");
    const { source, files } = await open("renamed");
    expect(source.id).toBe("renamed");
    expect(files).toHaveLength(3);
  });

  test("is fetched at a pinned tag or commit", async () => {
    const { commit } = hub.put({ ...modelOf("org/tagged"), revisions: ["v1.0", "refs/pr/3"] });
    for (const revision of ["v1.0", "refs/pr/3", commit]) {
      expect((await open("org/tagged", meansFor(), revision)).source).toMatchObject({ revision, commit });
    }
  });

  test("of another family costs its config.json and no more; the message names what works", async () => {
    const { files } = modelOf("org/gpt2");
    hub.put({ id: "org/gpt2", files: { ...files, "config.json": JSON.stringify({ model_type: "gpt2" }) } });
    const { code, message } = await failureIn(openHubModel(requestOf(hub, "org/gpt2"), meansFor(), openConfig));
    expect(code).toBe("bad-config");
    expect(message).toMatch(/model_type is "gpt2"; this program trains "bert"/);
    expect(hub.requests.map(({ path }) => path.replace(/.*\//, ""))).toEqual(["main?blobs=true", "config.json"]);
  });

  test.each(Object.keys(baseConfigs))(
    "of %s that is not trained here costs its config.json and no more",
    async (family) => {
      const { files } = modelOf("");
      const config = JSON.stringify({ ...baseConfigs[family], is_decoder: true });
      hub.put({ id: `org/${family}`, files: { ...files, "config.json": config } });
      const { code, message } = await failureIn(openHubModel(requestOf(hub, `org/${family}`), meansFor(), openConfig));
      expect([code, message]).toEqual(["bad-config", expect.stringMatching(/^config\.json: is_decoder is true/)]);
      expect(hub.requests.map(({ path }) => path.replace(/.*\//, ""))).toEqual(["main?blobs=true", "config.json"]);
    },
  );

  test("with a config.json that is none is refused", async () => {
    hub.put({ id: "org/odd", files: { ...modelOf("").files, "config.json": "<html>" } });
    expect(await failureIn(open("org/odd"))).toMatchObject({
      code: "bad-config",
      message: "config.json of org/odd is a web page.",
    });
  });

  test("with a config.json of two megabytes is refused before it is fetched", async () => {
    hub.put({ id: "org/huge", files: { ...modelOf("").files, "config.json": bytesOf(2_000_000) } });
    const { code, message } = await failureIn(open("org/huge"));
    expect(code).toBe("too-large");
    expect(message).toMatch(/config\.json of the model org\/huge has 2000000 bytes; .* It was not fetched/);
    expect(hub.requests).toHaveLength(1);
  });

  test.each([
    ["config.json", "has no config.json"],
    [
      "vocab.txt",
      "neither tokenizer.json nor vocab.txt nor vocab.json + merges.txt nor spm.model, which hold the tokenizer",
    ],
    ["model.safetensors", "neither model.safetensors nor pytorch_model.bin, which hold the weights"],
  ])("without %s is refused before anything is fetched", async (name, reason) => {
    const { [name]: _, ...files } = modelOf("").files;
    hub.put({ id: "org/lacking", files });
    const { code, message } = await failureIn(open("org/lacking"));
    expect(code).toBe("bad-model");
    expect(message).toContain(reason);
    expect(message).toMatch(/^The model org\/lacking has .* It has \w+.* Choose another model\.$/);
    expect(hub.requests).toHaveLength(1);
  });
});

describe("a Hub that does not give it", () => {
  test.each([
    ["no such model", "org/nothing", "main", "not-found", /does not know the model org\/nothing, or it is private/],
    ["no such revision", "org/there", "v9", "not-found", /has no such revision of the model org\/there/],
  ])("says so: %s", async (_, id, revision, code, message) => {
    hub.put(modelOf("org/there"));
    const failure = await failureIn(open(id, meansFor(), revision));
    expect(failure.code).toBe(code);
    expect(failure.message).toMatch(message);
    expect(hub.requests).toHaveLength(1);
  });

  test("says so: a gated model, with what to do", async () => {
    hub.put({ ...modelOf("org/gated"), gated: true });
    const { code, message } = await failureIn(open("org/gated"));
    expect(code).toBe("no-access");
    expect(message).toMatch(/people who accepted its terms.*Access to model org\/gated is restricted.*HF_TOKEN/);
  });

  test("says so: a file that is listed and not there", async () => {
    hub.put(modelOf("org/there"));
    const headers = { "X-Error-Code": "EntryNotFound" };
    hub.faults.push({ path: "/vocab.txt", does: { kind: "status", status: 404, headers } });
    const { code, message } = await failureIn(open("org/there"));
    expect(code).toBe("not-found");
    expect(message).toMatch(/has no such file: vocab\.txt of the model org\/there/);
  });

  test("is no Hub at all", async () => {
    hub.put(modelOf("org/there"));
    hub.faults.push({ path: "/api/", does: { kind: "text", text: '{"hello":1}' } });
    expect((await failureIn(open("org/there"))).message).toMatch(/is not what a Hub says: sha/);
    const nowhere = { hub: "http://127.0.0.1:9", id: "org/there", revision: "main" };
    const { code, message } = await failureIn(openHubModel(nowhere, meansFor(), () => {}));
    expect(code).toBe("unreachable");
    expect(message).toMatch(/^The Hub at http:\/\/127\.0\.0\.1:9 cannot be reached \(.+\), 4 times in a row/);
  });
});

describe("a second visit", () => {
  test("asks once and fetches nothing", async () => {
    hub.put(modelOf("org/again"));
    const means = meansFor();
    await open("org/again", means);
    hub.requests.length = 0;
    await open("org/again", means);
    expect(hub.requests.map(({ path }) => path)).toEqual(["/api/models/org/again/revision/main?blobs=true"]);
  });

  test("without a network takes what is kept, and says why", async () => {
    const { commit } = hub.put(modelOf("org/again"));
    const means = meansFor();
    const first = await open("org/again", means);
    hub.faults.push({ path: "/", does: { kind: "status", status: 503 } });
    const second = await open("org/again", means);
    expect(second.source).toEqual({ kind: "hub", id: "org/again", revision: "main", commit });
    expect(second.offline).toMatch(/^The Hub at http.* failed with status 503\.$/);
    expect(second.files.map(({ path }) => path).sort()).toEqual(first.files.map(({ path }) => path).sort());
    hub.requests.length = 0;
    expect((await open("org/again", { ...means, offline: true })).files).toHaveLength(3);
    expect(hub.requests).toEqual([]);
  });

  test("without a network says what is missing where too little is kept", async () => {
    hub.put(modelOf("org/part"));
    hub.faults.push({ path: "/repos/org/part", does: { kind: "status", status: 404 } });
    const means = meansFor();
    await failureIn(open("org/part", means));
    const { code, message } = await failureIn(open("org/part", { ...means, offline: true }));
    expect(code).toBe("unreachable");
    expect(message).toMatch(/only config\.json, vocab\.txt is kept here: neither model\.safetensors nor/);
    const nothing = await failureIn(open("org/other", { ...means, offline: true }));
    expect(nothing).toMatchObject({ code: "unreachable", message: expect.stringMatching(/^Nothing is kept of/) });
  });

  test("after the branch moved fetches only what changed", async () => {
    const before = hub.put(modelOf("org/moved"));
    const means = meansFor();
    await open("org/moved", means);
    const { files } = modelOf("org/moved");
    const after = hub.put({ id: "org/moved", files: { ...files, "vocab.txt": "[PAD]\n[UNK]\n" } });
    expect(after.commit).not.toBe(before.commit);
    hub.requests.length = 0;
    const second = await open("org/moved", means);
    expect(second.source.commit).toBe(after.commit);
    expect(asked(hub.requests, "/")).toEqual(["hub all", "hub all"]);
    expect(hub.requests.at(-1)?.path).toMatch(/vocab\.txt$/);
  });

  test("does not take a mirror's file for the Hub's where its hash differs", async () => {
    const commit = "c".repeat(40);
    hub.put({ ...modelOf("org/lied", bytesOf(30_000, 1)), commit });
    const means = meansFor();
    await open("org/lied", means);
    hub.put({ ...modelOf("org/lied", bytesOf(30_000, 2)), commit });
    const { files } = await open("org/lied", means);
    const weights = await files.at(-1)?.file.arrayBuffer();
    expect(Buffer.from(weights ?? new ArrayBuffer(0)).equals(bytesOf(30_000, 2))).toBe(true);
  });
});

test("files of a data set", async () => {
  const table = bytesOf(30_000, 5);
  const { commit } = hub.put({
    kind: "dataset",
    id: "nyu-mll/glue",
    files: { "rte/train.parquet": table, "x.md": "" },
  });
  const repository = await openRepository("dataset", requestOf(hub, "nyu-mll/glue"), meansFor());
  expect(repository).toMatchObject({ kind: "dataset", id: "nyu-mll/glue", commit, offline: null });
  const found: string[] = [];
  for await (const { path, file } of repository.fetch([
    { path: "rte/train.parquet", maxBytes: 1e6 },
    { path: "x.md", maxBytes: 10 },
  ])) {
    found.push(`${path} ${file.size}`);
  }
  expect(found).toEqual(["rte/train.parquet 30000", "x.md 0"]);
  const missing = repository.fetch([{ path: "mnli/train.parquet", maxBytes: 1e6 }]);
  await expect(missing.next()).rejects.toThrow(/lists no mnli\/train\.parquet in the data set nyu-mll\/glue/);
});

test("a store that is full ends the download with its own error, and earlier files stay", async () => {
  hub.put(modelOf("org/full"));
  const means = meansFor();
  const full = new AppError("no-space", "The storage is full.");
  const store: typeof means.store = {
    ...means.store,
    openDraft: async (key) => {
      const draft = await means.store.openDraft(key);
      return key.path === "model.safetensors" ? { ...draft, append: () => Promise.reject(full) } : draft;
    },
  };
  expect(await failureIn(open("org/full", { ...means, store }))).toMatchObject({ code: "no-space" });
  expect((await means.store.list()).map(({ path }) => path)).toEqual(["config.json", "vocab.txt"]);
});
