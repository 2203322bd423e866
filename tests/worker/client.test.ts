import { expose } from "comlink";
import { describe, expect, it, vi } from "vitest";
import type { RunEvent } from "../../src/contract/run.ts";
import { AppError } from "../../src/core/errors.ts";
import { connectTrainer, reviveError } from "../../src/worker/client.ts";
import type { WorkerLike } from "../../src/worker/client.ts";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import type { FakeOptions } from "../store/fake-trainer.ts";

/** A Worker without a thread: the fake engine at the other end of a MessageChannel. */
class ChannelWorker extends EventTarget implements WorkerLike {
  readonly #port: MessagePort;
  readonly #other: MessagePort;
  terminated = false;

  constructor(options: FakeOptions = {}) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#other = port2;
    // What crosses a real thread is cloned; functions of the fake must not leak through here either.
    expose(createFakeTrainer(options), port2);
    port1.addEventListener("message", (event) => this.dispatchEvent(new MessageEvent("message", { data: event.data })));
    port1.start();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer);
  }

  terminate(): void {
    this.terminated = true;
    this.#port.close();
    this.#other.close();
  }
}

const table = { path: "train.tsv", file: new Blob(["x"]) };

describe("connectTrainer", () => {
  it("makes one worker, on the first call, and passes calls and events through", async () => {
    const workers: ChannelWorker[] = [];
    const trainer = connectTrainer(() => {
      const worker = new ChannelWorker();
      workers.push(worker);
      return worker;
    });
    expect(workers).toHaveLength(0);
    const catalog = await trainer.catalog();
    expect(catalog.methods).toHaveLength(3);
    await trainer.loadTable("train", table);
    const events: RunEvent[] = [];
    const methods = [{ id: "plain", values: {} }];
    const result = await trainer.start({ methods, seeds: [1], training: {} }, (batch) => void events.push(...batch));
    expect(result.runs[0]?.status).toBe("completed");
    // Events cross on a port of their own and may arrive after the answer.
    await vi.waitFor(() => expect(events.at(-1)?.kind).toBe("summary"));
    expect(events.filter((event) => event.kind === "steps")).toHaveLength(5);
    expect(workers).toHaveLength(1);
    trainer.restart();
    expect(workers[0]?.terminated).toBe(true);
  });

  it("rebuilds an AppError from its name and message", async () => {
    const trainer = connectTrainer(() => new ChannelWorker({ webgpu: false }));
    const failure: unknown = await trainer.device().catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "no-webgpu", message: "No GPU adapter was found in this browser." });
    trainer.restart();
  });

  it("rejects a call whose worker dies under it, and makes a fresh one for the next", async () => {
    const workers: ChannelWorker[] = [];
    const trainer = connectTrainer(() => {
      const worker = new ChannelWorker({ pause: () => new Promise(() => undefined) });
      workers.push(worker);
      return worker;
    });
    const running = trainer.start(
      { methods: [{ id: "plain", values: {} }], seeds: [1], training: {} },
      () => undefined,
    );
    const failure = running.catch((thrown: unknown) => thrown);
    const death = Object.assign(new Event("error"), { message: "out of memory" });
    workers[0]?.dispatchEvent(death);
    expect(await failure).toMatchObject({ code: "bug" });
    expect(String(await failure)).toContain("out of memory");
    expect(workers[0]?.terminated).toBe(true);
    expect((await trainer.catalog()).methods).toHaveLength(3);
    expect(workers).toHaveLength(2);
    trainer.restart();
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
