import { describe, expect, it, vi } from "vitest";
import type { RunEvent } from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import { connectTrainer, reviveError } from "../../src/worker/client.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import { ChannelWorker } from "./channel-worker.ts";

const table = { path: "train.tsv", file: new Blob(["x"]) };

describe("connectTrainer", () => {
  it("makes one worker, on the first call, and passes calls and events through", async () => {
    const workers: ChannelWorker[] = [];
    const trainer = connectTrainer(() => {
      const worker = new ChannelWorker(createFakeTrainer());
      workers.push(worker);
      return worker;
    });
    expect(workers).toHaveLength(0);
    const catalog = await trainer.catalog();
    expect(catalog.methods).toHaveLength(3);
    await trainer.loadTable("train", table);
    const events: RunEvent[] = [];
    const methods = [{ id: "plain", values: {} }];
    const result = await trainer.start(
      { methods, seeds: [1], training: {}, grid: [], order: "sequential" as const },
      (batch) => void events.push(...batch),
    );
    expect(result.runs[0]?.status).toBe("completed");
    // Events cross on a port of their own and may arrive after the answer.
    await vi.waitFor(() => expect(events.at(-1)?.kind).toBe("result"));
    expect(events.filter((event) => event.kind === "steps")).toHaveLength(5);
    expect(workers).toHaveLength(1);
    trainer.restart();
    expect(workers[0]?.terminated).toBe(true);
  });

  it("rebuilds an AppError from its name and message", async () => {
    const trainer = connectTrainer(() => new ChannelWorker(createFakeTrainer({ webgpu: false })));
    const failure: unknown = await trainer.device().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "no-webgpu", message: "No GPU adapter was found in this browser." });
    trainer.restart();
  });

  it("may be awaited, which starts no worker", async () => {
    let made = 0;
    const trainer = connectTrainer(() => {
      made++;
      return new ChannelWorker(createFakeTrainer());
    });
    expect(await Promise.resolve(trainer)).toBe(trainer);
    trainer.restart();
    expect(made).toBe(0);
  });

  it("rejects a call whose worker dies under it, and makes a fresh one for the next", async () => {
    const workers: ChannelWorker[] = [];
    const trainer = connectTrainer(() => {
      const worker = new ChannelWorker(createFakeTrainer({ pause: () => new Promise(() => undefined) }));
      workers.push(worker);
      return worker;
    });
    const told: string[] = [];
    trainer.watch({ ended: ({ message }) => void told.push(message), silent: () => undefined });
    const running = trainer.start(
      { methods: [{ id: "plain", values: {} }], seeds: [1], training: {}, grid: [], order: "sequential" as const },
      () => undefined,
    );
    const failure = running.catch((thrown: unknown) => thrown);
    const death = Object.assign(new Event("error"), { message: "out of memory" });
    workers[0]?.dispatchEvent(death);
    expect(await failure).toMatchObject({ code: "engine-lost" });
    expect(String(await failure)).toContain("out of memory");
    expect(workers[0]?.terminated).toBe(true);
    expect((await trainer.catalog()).methods).toHaveLength(3);
    expect(workers).toHaveLength(2);
    expect(told).toEqual([expect.stringMatching(/^The engine stopped working: out of memory\.$/)]);
    trainer.restart();
    expect(told).toHaveLength(1);
  });
});

describe("reviveError", () => {
  it("takes what is not ours for a bug", () => {
    expect(reviveError(new TypeError("x is undefined"))).toMatchObject({
      code: "bug",
      message: "TypeError: x is undefined",
    });
    expect(reviveError("no")).toMatchObject({ code: "bug" });
    const ours = new AppError("bad-table", "empty");
    expect(reviveError(ours)).toBe(ours);
  });
});
