import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openHubModel } from "../../../src/models/hub/model.ts";
import type { HubMeans } from "../../../src/models/hub/repository.ts";
import { asked, bytesOf, failureIn, hasty, meansFor, modelOf, requestOf } from "./downloads.ts";
import { sha256, startHub } from "./server.ts";
import type { Fault, HubServer } from "./server.ts";

let hub: HubServer;
const weights = bytesOf(400_000);
const whole = sha256(weights);

beforeAll(async () => {
  hub = await startHub();
  hub.put(modelOf("org/small", weights));
});
afterAll(async () => await hub.close());
beforeEach(() => {
  hub.requests.length = 0;
  hub.faults.length = 0;
  hub.put(modelOf("org/small", weights));
});

/** Hash of the weights that came. */
async function get(means: HubMeans): Promise<string> {
  const model = await openHubModel(requestOf(hub, "org/small"), means, () => {});
  return sha256(new Uint8Array((await model.files.at(-1)?.file.arrayBuffer()) ?? new ArrayBuffer(0)));
}

const sentByStorage = (): number =>
  hub.requests.filter(({ server }) => server === "storage").reduce((sum, { sentBytes }) => sum + sentBytes, 0);
const storage: Pick<Fault, "path" | "at"> = { path: "/repos/org/small/", at: "storage" };

describe("a transfer that is cut", () => {
  test("goes on where it broke off, in the same call, and no byte is sent twice", async () => {
    hub.faults.push({ ...storage, times: 1, does: { kind: "cut", afterBytes: 150_000 } });
    const means = meansFor();
    expect(await get(means)).toBe(whole);
    expect(asked(hub.requests, "/repos/")).toEqual(["storage all", "storage bytes=150000-"]);
    expect(hub.requests.findLast(({ server }) => server === "storage")?.ifRange).toMatch(/^"[0-9a-f]{64}"$/);
    expect(sentByStorage()).toBe(400_000);
    const notes = means.seen.flatMap(({ phase, note }) => (phase === "waiting" ? [note] : []));
    expect(notes).toEqual([
      expect.stringMatching(
        /^The transfer of model\.safetensors broke off \(.*\) after 150000 of 400000 bytes\. Trying/,
      ),
    ]);
  });

  test("goes on in a later visit", async () => {
    hub.faults.push({ ...storage, does: { kind: "cut", afterBytes: 100_000 } });
    const means = meansFor({ patience: { ...hasty, attempts: 1 } });
    const failure = await failureIn(get(means));
    expect(failure.code).toBe("unreachable");
    expect(failure.message).toMatch(/after 100000 of 400000 bytes.*model\.safetensors of the model org\/small did not/);
    expect(await means.store.list()).toContainEqual(
      expect.objectContaining({ path: "model.safetensors", sizeBytes: 100_000, complete: false }),
    );
    hub.faults.length = 0;
    hub.requests.length = 0;
    const later = meansFor({ store: means.store });
    expect(await get(later)).toBe(whole);
    expect(asked(hub.requests, "/repos/")).toEqual(["storage bytes=100000-"]);
    expect(sentByStorage()).toBe(300_000);
    // The small files were there, and count as done.
    expect(asked(hub.requests, "config.json")).toEqual([]);
    expect(later.seen.find(({ phase }) => phase === "fetching")?.doneBytes).toBeGreaterThan(20);
  });

  test("is given up after some attempts without a byte", async () => {
    hub.faults.push({ ...storage, does: { kind: "cut", afterBytes: 0 } });
    const failure = await failureIn(get(meansFor()));
    expect(failure.code).toBe("unreachable");
    expect(failure.message).toMatch(/4 times in a row.*what came is kept/);
    expect(asked(hub.requests, "/repos/")).toHaveLength(4);
  });

  test("may break as often as it likes while bytes come", async () => {
    hub.faults.push({ ...storage, times: 6, does: { kind: "cut", afterBytes: 60_000 } });
    expect(await get(meansFor())).toBe(whole);
    expect(sentByStorage()).toBe(400_000);
  });
});

describe("a server that", () => {
  test("passes over Range: the whole file is taken from its first byte", async () => {
    hub.faults.push({ ...storage, times: 1, does: { kind: "cut", afterBytes: 150_000 } });
    hub.faults.push({ ...storage, does: { kind: "no range" } });
    expect(await get(meansFor())).toBe(whole);
    expect(sentByStorage()).toBe(550_000);
  });

  test("refuses a browser's If-Range: a plain Range is tried, then the whole file", async () => {
    hub.faults.push({ ...storage, times: 1, does: { kind: "cut", afterBytes: 150_000 } });
    const ranges: (string | null)[] = [];
    const shy = (refusesRange: boolean): HubMeans["fetch"] => {
      return async (url, init) => {
        const ifRange = init.headers["If-Range"] !== undefined;
        if (init.headers["Range"] !== undefined) ranges.push(ifRange ? "if" : "plain");
        if (ifRange || (refusesRange && init.headers["Range"] !== undefined)) throw new TypeError("Failed to fetch");
        return await fetch(url, init);
      };
    };
    expect(await get(meansFor({ fetch: shy(false) }))).toBe(whole);
    expect(ranges).toEqual(["if", "plain"]);
    expect(sentByStorage()).toBe(400_000);

    hub.faults.splice(0, 1, { ...storage, times: 1, does: { kind: "cut", afterBytes: 150_000 } });
    ranges.length = 0;
    expect(await get(meansFor({ fetch: shy(true) }))).toBe(whole);
    expect(ranges).toEqual(["if", "plain"]);
  });

  test("fails for a while (503): it is asked again", async () => {
    hub.faults.push({ ...storage, times: 2, does: { kind: "status", status: 503 } });
    expect(await get(meansFor())).toBe(whole);
    hub.faults.push({ path: "/api/models", times: 1, does: { kind: "status", status: 500 } });
    expect(await get(meansFor())).toBe(whole);
  });

  test("says 429: Retry-After is kept to, and told of", async () => {
    const headers = { "Retry-After": "1" };
    hub.faults.push({ path: "/model.safetensors", times: 1, does: { kind: "status", status: 429, headers } });
    const means = meansFor();
    const beginMs = performance.now();
    expect(await get(means)).toBe(whole);
    expect(performance.now() - beginMs).toBeGreaterThanOrEqual(990);
    const [waiting] = means.seen.filter(({ phase }) => phase === "waiting");
    expect(waiting?.note).toMatch(/asks to wait: too many requests/);
  });

  test("asks for a longer wait than is sensible: that is said, and what came is kept", async () => {
    const headers = { "Retry-After": new Date(Date.now() + 20 * 60_000).toUTCString() };
    hub.faults.push({ path: "/model.safetensors", does: { kind: "status", status: 429, headers } });
    const { code, message } = await failureIn(get(meansFor()));
    expect(code).toBe("unreachable");
    expect(message).toMatch(/asks to wait 20 min\. Try again then/);
  });

  test("falls silent: the request ends, and is made again", async () => {
    hub.faults.push({ ...storage, times: 1, does: { kind: "silent" } });
    hub.faults.push({ ...storage, times: 1, does: { kind: "slow", chunkBytes: 100_000, pauseMs: 60_000 } });
    expect(await get(meansFor({ patience: { ...hasty, silenceMs: 1500 } }))).toBe(whole);
    expect(asked(hub.requests, "/repos/").slice(0, 3)).toEqual(["storage all", "storage all", "storage bytes=100000-"]);
  });

  test("is slow: speed and time left are told, at most ten times a second", async () => {
    hub.faults.push({ ...storage, does: { kind: "slow", chunkBytes: 20_000, pauseMs: 50 } });
    const means = meansFor();
    const beginMs = performance.now();
    expect(await get(means)).toBe(whole);
    const elapsedMs = performance.now() - beginMs;
    const told = means.seen.filter(({ phase, bytesPerSecond }) => phase === "fetching" && bytesPerSecond !== null);
    expect(told.length).toBeGreaterThan(3);
    expect(means.seen.length).toBeLessThan(elapsedMs / 100 + 15);
    for (const { bytesPerSecond, secondsLeft, doneBytes, totalBytes } of told) {
      expect(bytesPerSecond).toBeGreaterThan(0);
      expect(secondsLeft).toBeCloseTo((totalBytes - doneBytes) / (bytesPerSecond ?? 0), 6);
    }
    const done = means.seen.map(({ doneBytes }) => doneBytes);
    expect(done).toEqual(done.toSorted((left, right) => left - right));
  });

  test("sends a web page in place of a file, or of the listing", async () => {
    hub.faults.push({ path: "/vocab.txt", does: { kind: "page" } });
    const file = await failureIn(get(meansFor()));
    expect(file.code).toBe("bad-download");
    expect(file.message).toMatch(
      /A web page came from http.* in place of vocab\.txt\. Does a login page stand between/,
    );
    hub.faults.splice(0, 1, { path: "/api/models", does: { kind: "page" } });
    const listing = await failureIn(get(meansFor()));
    expect(listing.code).toBe("bad-download");
    expect(listing.message).toMatch(/The answer of http.* on org\/small is a web page; JSON is wanted/);
  });

  test("sends wrong bytes: the file is dropped", async () => {
    hub.faults.push({ ...storage, does: { kind: "wrong bytes" } });
    const means = meansFor();
    const { code, message } = await failureIn(get(means));
    expect(code).toBe("bad-download");
    expect(message).toMatch(/model\.safetensors of the model org\/small came .* its hash is wrong. It was dropped/);
    expect((await means.store.list()).map(({ path }) => path)).toEqual(["config.json", "vocab.txt"]);
    hub.faults.splice(0, 1, { path: "/config.json", does: { kind: "wrong bytes" } });
    expect((await failureIn(get(meansFor()))).message).toMatch(/^config\.json of .* its hash is wrong/);
  });

  test("sends more than it lists", async () => {
    hub.faults.push({ ...storage, does: { kind: "too long" } });
    const means = meansFor();
    const { code, message } = await failureIn(get(means));
    expect(code).toBe("bad-download");
    expect(message).toMatch(/sends more of model\.safetensors than the 400000 bytes that it lists/);
    expect((await means.store.list()).filter(({ path }) => path === "model.safetensors")).toEqual([]);
  });
});

describe("a file that changed under its commit", () => {
  const begin = async (): Promise<ReturnType<typeof meansFor>> => {
    hub.faults.push({ ...storage, times: 1, does: { kind: "wrong bytes" } });
    // The first part is of another version: it is cut by hand, after some bytes with another ETag.
    const means = meansFor({ patience: { ...hasty, attempts: 1 } });
    const cut: HubMeans["fetch"] = async (url, init) => {
      const response = await fetch(url, init);
      if (!url.endsWith("model.safetensors")) return response;
      const part = new Uint8Array(await response.arrayBuffer()).slice(0, 5000);
      let pulls = 0;
      const body = new ReadableStream({
        // Called again only once the part was taken.
        pull: (controller) => {
          if (pulls++ === 0) controller.enqueue(part);
          else controller.error(new TypeError("network error"));
        },
      });
      return new Response(body, { headers: response.headers });
    };
    await failureIn(get({ ...means, fetch: cut }));
    hub.faults.length = 0;
    hub.requests.length = 0;
    return meansFor({ store: means.store });
  };

  test("begins anew by If-Range", async () => {
    const means = await begin();
    expect(await get(means)).toBe(whole);
    expect(asked(hub.requests, "/repos/")).toEqual(["storage bytes=5000-"]);
    expect(hub.requests.at(-1)).toMatchObject({ ifRange: '"other"', status: 200, sentBytes: 400_000 });
  });

  test("begins anew by its ETag where If-Range is passed over", async () => {
    const means = await begin();
    const deaf: HubMeans["fetch"] = async (url, init) => {
      const { "If-Range": _, ...headers } = init.headers;
      return await fetch(url, { ...init, headers });
    };
    expect(await get({ ...means, fetch: deaf })).toBe(whole);
    expect(asked(hub.requests, "/repos/")).toEqual(["storage bytes=5000-", "storage all"]);
    expect(means.seen.map(({ note }) => note)).toContainEqual(expect.stringMatching(/changed on .* begins anew/));
  });

  test("begins anew by its hash where nothing else tells", async () => {
    const means = await begin();
    const blind: HubMeans["fetch"] = async (url, init) => {
      const { "If-Range": _, ...headers } = init.headers;
      const { body, status } = await fetch(url, { ...init, headers });
      return new Response(body, { status });
    };
    expect(await get({ ...means, fetch: blind })).toBe(whole);
    expect(asked(hub.requests, "/repos/")).toEqual(["storage bytes=5000-", "storage all"]);
  });
});

describe("cancelling", () => {
  test.each([
    ["in the middle of a transfer", { kind: "slow", chunkBytes: 100_000, pauseMs: 60_000 }],
    ["while nothing comes", { kind: "silent" }],
    ["during a wait", { kind: "status", status: 429, headers: { "Retry-After": "30" } }],
  ] as const)("%s ends at once and keeps what came", async (_, does) => {
    hub.faults.push({ ...storage, does });
    const controller = new AbortController();
    const means = meansFor({ signal: controller.signal });
    const failing = failureIn(get(means));
    await vi.waitUntil(
      () =>
        does.kind === "silent"
          ? hub.requests.some(({ server }) => server === "storage")
          : means.seen.some(({ phase, doneBytes }) => phase === "waiting" || doneBytes >= 100_000),
      { timeout: 20_000 },
    );
    const beginMs = performance.now();
    controller.abort();
    const { code, message } = await failing;
    // The waits that are ended would take half a minute and more.
    expect(performance.now() - beginMs).toBeLessThan(10_000);
    expect(code).toBe("stopped");
    expect(message).toMatch(/what came is kept/);
    const begun = (await means.store.list()).find(({ complete }) => !complete);
    expect(begun?.sizeBytes).toBe(does.kind === "slow" ? 100_000 : undefined);
    hub.faults.length = 0;
    expect(await get(meansFor({ store: means.store }))).toBe(whole);
  });

  test("during the check of the hash: the next visit fetches nothing", async () => {
    const controller = new AbortController();
    const means = meansFor({
      signal: controller.signal,
      onProgress: ({ phase, file }) => {
        if (phase === "checking" && file === "model.safetensors") controller.abort();
      },
    });
    expect((await failureIn(get(means))).code).toBe("stopped");
    hub.requests.length = 0;
    expect(await get(meansFor({ store: means.store }))).toBe(whole);
    expect(asked(hub.requests, "/repos/")).toEqual([]);
  });

  test("before it begins", async () => {
    const failure = await failureIn(get(meansFor({ signal: AbortSignal.abort() })));
    expect(failure.code).toBe("stopped");
    expect(hub.requests).toEqual([]);
  });
});
